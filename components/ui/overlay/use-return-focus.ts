"use client";

import { useState } from "react";

/**
 * Remembers the focused element at the first render and restores the focus on unmount.
 * Radix does so for its own triggers only; ours are opened from tables, menus and addresses.
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
    // The element that opened it may be gone, such as a deleted row.
    if (document.activeElement === document.body) {
      document.querySelector("main")?.focus({ preventScroll: true });
    }
  };
}
