import type { TableColumn } from "./table-columns";

export const selectColumnWidth = 40;
/** The width below which the table scrolls sideways, in px. */
export function tableWidth<Item extends object>(
  columns: readonly TableColumn<Item>[],
  selectable: boolean,
): number {
  const sum = columns.reduce((total, column) => total + column.meta.width, 0);
  return sum + (selectable ? selectColumnWidth : 0);
}
