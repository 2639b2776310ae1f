import type { KeyboardEvent } from "react";

const controls =
  "a[href],button:not(:disabled),input:not(:disabled),select:not(:disabled),textarea:not(:disabled),summary,[tabindex]";

function isTabStop(element: HTMLElement): boolean {
  // Of radio buttons that belong together Tab reaches the checked one.
  const isOtherRadio =
    element instanceof HTMLInputElement && element.type === "radio" && !element.checked;
  return (
    element.tabIndex >= 0 &&
    !isOtherRadio &&
    !element.closest("[inert],[data-radix-focus-guard]") &&
    element.getClientRects().length > 0
  );
}

const tabStops = (root: ParentNode) =>
  [...root.querySelectorAll<HTMLElement>(controls)].filter(isTabStop);

/**
 * For Tab in the rows of a table: it goes through the controls of one row and then out of the table,
 * which may have thousands. The arrow keys go from row to row.
 */
export function leaveRows(event: KeyboardEvent<HTMLElement>) {
  const { target, currentTarget: rows, shiftKey } = event;
  const row = target instanceof HTMLElement ? target.closest<HTMLElement>("[data-row]") : null;
  if (!row) return;
  const edge = shiftKey ? row : (tabStops(row).at(-1) ?? row);
  if (target !== edge) return;
  const side = shiftKey ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
  const beyond = tabStops(document).filter(
    (stop) => !rows.contains(stop) && rows.compareDocumentPosition(stop) & side,
  );
  const next = shiftKey ? beyond.at(-1) : beyond[0];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
