/**
 * For `onOpenAutoFocus`: focuses the panel itself, so that its title is read out, no field is
 * focused and the close button's tooltip stays closed.
 */
export function focusPanel(event: Event) {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
