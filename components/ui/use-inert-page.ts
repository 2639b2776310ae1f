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
    const withdrawn = elementsBefore(panel.current).filter((element) => !element.inert);
    for (const element of withdrawn) element.inert = true;
    return () => {
      for (const element of withdrawn) element.inert = false;
    };
  }, [isModal]);
  return panel;
}

/** What stands before the panel in the body, without what says things to a screen reader and the panel's veil. */
function elementsBefore(panel: Element): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let one = panel.previousElementSibling; one; one = one.previousElementSibling) {
    const isPage = !one.matches("script, [aria-live], [role='status'], [data-veil]");
    if (one instanceof HTMLElement && isPage) found.push(one);
  }
  return found;
}
