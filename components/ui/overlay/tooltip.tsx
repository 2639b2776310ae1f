"use client";

import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import { classNames } from "@/components/ui/class-names";

const gap = 6;
const edge = 8;
const showAfterMs = 350;
const hideAfterMs = 120;

/** Places the tip below its anchor, or above it if there is no space, always inside the window. */
function place(tip: HTMLElement, anchor: HTMLElement) {
  const from = anchor.getBoundingClientRect();
  const { width, height } = tip.getBoundingClientRect();
  const below = from.bottom + gap;
  const top = below + height > window.innerHeight - edge ? from.top - gap - height : below;
  const middle = from.left + from.width / 2 - width / 2;
  const left = Math.max(edge, Math.min(middle, window.innerWidth - edge - width));
  tip.style.top = `${top}px`;
  tip.style.left = `${left}px`;
}

export type TooltipProps = {
  /** Plain text that is also available elsewhere. */
  text: ReactNode;
  children: ReactNode;
  className?: string;
};

/**
 * A tip beside the wrapped element, on hover and keyboard focus. Escape closes it. Rendered in the
 * browser's top layer, so that no scrolling card clips it.
 */
export function Tooltip({ text, children, className }: TooltipProps) {
  const [isVisible, setVisible] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  function later(show: boolean) {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setVisible(show), show ? showAfterMs : hideAfterMs);
  }
  // The external system is the timer.
  useEffect(() => () => clearTimeout(timer.current), []);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the span only watches the control inside
    <span
      ref={anchor}
      className={classNames("inline-flex", className)}
      onPointerEnter={(event) => event.pointerType !== "touch" && later(true)}
      onPointerLeave={() => later(false)}
      onPointerDown={() => later(false)}
      onFocus={(event) => event.target.matches(":focus-visible") && later(true)}
      onBlur={() => later(false)}
    >
      {children}
      {isVisible && <Tip text={text} anchor={anchor} onVisibleChange={setVisible} />}
    </span>
  );
}

type TipProps = {
  text: ReactNode;
  anchor: RefObject<HTMLSpanElement | null>;
  onVisibleChange: (shown: boolean) => void;
};

function Tip({ text, anchor, onVisibleChange }: TipProps) {
  const tip = useRef<HTMLSpanElement>(null);
  // The external system is the browser's top layer.
  useEffect(() => {
    const element = tip.current;
    if (!element || !anchor.current) return;
    element.showPopover();
    place(element, anchor.current);
    const listening = new AbortController();
    const hide = () => onVisibleChange(false);
    const onKey = (event: KeyboardEvent) => event.key === "Escape" && hide();
    document.addEventListener("keydown", onKey, { signal: listening.signal });
    window.addEventListener("scroll", hide, { capture: true, signal: listening.signal });
    return () => listening.abort();
  }, [anchor, onVisibleChange]);
  return (
    <span
      ref={tip}
      role="tooltip"
      popover="manual"
      className="fixed inset-auto m-0 max-w-70 rounded-md border-0 bg-ink px-2 py-1 text-left text-sm font-normal whitespace-normal text-panel"
    >
      {text}
    </span>
  );
}
