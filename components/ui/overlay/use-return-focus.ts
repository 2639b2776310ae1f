"use client";

import { useState } from "react";

/**
 * Stores the focused element at the first render and restores the focus on unmount. Radix does this
 * only for its own triggers; our dialogs are opened from tables, menus and URLs.
 */
export function useReturnFocus() {
  const [opener] = useState(() =>
    typeof document !== "undefined" && document.activeElement instanceof HTMLElement
      ? document.activeElement
      : null,
  );
  return (event: Event) => {
    event.preventDefault();
    if (opener?.isConnected) return opener.focus({ preventScroll: true });
    // The element that opened it may no longer exist, such as a deleted row.
    if (document.activeElement === document.body) {
      document.querySelector("main")?.focus({ preventScroll: true });
    }
  };
}
