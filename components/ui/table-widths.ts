import type { TableColumn } from "./table-columns";

export const selectColumnWidth = 40;
const fallbackWidth = 120;

export function columnWidth<Item extends object>(column: TableColumn<Item>): number {
  return column.meta?.width ?? fallbackWidth;
}

/** The width below which the table scrolls sideways, in px. */
export function tableWidth<Item extends object>(
  columns: readonly TableColumn<Item>[],
  selectable: boolean,
): number {
  const sum = columns.reduce((total, column) => total + columnWidth(column), 0);
  return sum + (selectable ? selectColumnWidth : 0);
}
