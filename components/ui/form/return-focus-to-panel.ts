/** Ref callback: when the element unmounts with focus inside, moves focus to the surrounding panel. */
export function returnFocusToPanel(part: HTMLElement | null) {
  if (!part) return;
  return () => {
    if (!part.contains(document.activeElement)) return;
    const panel = part.parentElement?.closest<HTMLElement>(
      "[role=dialog], section[aria-label], main",
    );
    if (!panel) return;
    if (!panel.hasAttribute("tabindex")) panel.tabIndex = -1;
    panel.focus({ preventScroll: true });
  };
}
