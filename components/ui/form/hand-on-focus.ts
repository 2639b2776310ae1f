/**
 * The ref of a part that goes away by itself, such as a form when it is saved: if the focus is in it
 * then, the panel or the section around it takes the focus, and Tab goes on from there.
 */
export function handOnFocus(part: HTMLElement | null) {
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
