"use client";

import { useLayoutEffect, useRef } from "react";

/**
 * For a panel that covers the page: while `isModal`, nothing before it in the body can be reached
 * or is read out. What opens after it (menus, questions, toasts) stays usable.
 * @returns the ref of the panel
 */
export function useInertPage(isModal: boolean) {
  const panel = useRef<HTMLDivElement>(null);
  // The page around the panel is the external system.
  useLayoutEffect(() => {
    if (!isModal || !panel.current) return;
    const withdrawn = elementsBefore(panel.current).map(withdraw);
    return () => {
      for (const giveBack of withdrawn) giveBack();
    };
  }, [isModal]);
  return panel;
}

/** Siblings of the panel in the body, except live regions and the panel's overlay. */
function elementsBefore(panel: Element): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let one = panel.previousElementSibling; one; one = one.previousElementSibling) {
    const isPage = !one.matches("script, [aria-live], [role='status'], [data-veil]");
    if (one instanceof HTMLElement && isPage) found.push(one);
  }
  return found;
}

/** `aria-hidden` is for what does not know `inert` yet. Returns the way back. */
function withdraw(element: HTMLElement): () => void {
  const { inert, ariaHidden } = element;
  element.inert = true;
  element.ariaHidden = "true";
  return () => {
    element.inert = inert;
    element.ariaHidden = ariaHidden;
  };
}
