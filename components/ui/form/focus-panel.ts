/**
 * For `onOpenAutoFocus`: the panel itself takes the focus, so that its title is read out and neither
 * a field is entered nor the tip of the close button shown by chance.
 */
export function focusPanel(event: Event) {
  event.preventDefault();
  if (event.currentTarget instanceof HTMLElement) event.currentTarget.focus();
}
