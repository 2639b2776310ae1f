/** Ref callback: when the element unmounts with focus inside, moves focus to the surrounding panel. */
export function returnFocusToPanel(part: HTMLElement | null) {
  if (!part) return;
  return () => {
    if (!part.contains(document.activeElement)) return;
    const around = part.parentElement?.closest<HTMLElement>(
      "[role=dialog], section[aria-label], main",
    );
    if (!around) return;
    if (!around.hasAttribute("tabindex")) around.tabIndex = -1;
    around.focus({ preventScroll: true });
  };
}
