"use client";

import Link from "next/link";
import { createContext, type ReactNode, use, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { lazyPart } from "@/components/ui/lazy-part";

const PaletteDialog = lazyPart(
  () => import("./palette-dialog").then((file) => file.PaletteDialog),
  <Opening />,
);

/** Opens the palette. */
const OpenPalette = createContext<() => void>(() => {});

export function useOpenPalette(): () => void {
  return use(OpenPalette);
}

type Props = { canWrite: boolean; children: ReactNode };

/** Ctrl-K or ⌘K on every page. The palette loads when it is first opened. */
export function CommandPalette({ canWrite, children }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [href, setHref] = useState("/");
  const link = useRef<HTMLAnchorElement>(null);
  // The external system is the page's keyboard.
  useEffect(() => watchKeys(() => setOpen((open) => !open)), []);

  /** Clicks a real link, so that unsaved-changes guards run. */
  function go(target: string) {
    setOpen(false);
    flushSync(() => setHref(target));
    link.current?.click();
  }

  return (
    <OpenPalette value={() => setOpen(true)}>
      {children}
      <Link ref={link} href={href} prefetch={false} className="hidden" aria-hidden tabIndex={-1} />
      {isOpen && <PaletteDialog canWrite={canWrite} onGo={go} onClose={() => setOpen(false)} />}
    </OpenPalette>
  );
}

/** Shown while the palette's code is loading. */
function Opening() {
  return (
    <div
      role="status"
      className="fixed inset-x-0 top-[12dvh] z-50 mx-auto w-fit rounded-lg border border-line bg-panel px-4 py-2 text-ink-2 shadow-float"
    >
      Opening…
    </div>
  );
}

function watchKeys(toggle: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "k" || event.shiftKey || event.altKey || event.isComposing) {
      return;
    }
    const isShortcut = isMac() ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
    // A modal dialog takes precedence. A sheet beside the page doesn't block the palette.
    if (!isShortcut || document.querySelector(modal)) return;
    event.preventDefault();
    if (!event.repeat) toggle();
  };
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}

const modal =
  '[role="alertdialog"], [role="dialog"]:not([data-sheet="beside"], [data-palette="open"])';

/** Macs use ⌘K, because Ctrl-K deletes to the end of the line. */
export function isMac(): boolean {
  return /mac|iphone|ipad/i.test(navigator.platform);
}
