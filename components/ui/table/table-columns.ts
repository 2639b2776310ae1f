import type { ReactNode } from "react";

export type TableSort = { id: string; desc: boolean };

export type TableSelection<Item> = {
  ids: ReadonlySet<string>;
  onChange: (ids: ReadonlySet<string>) => void;
  /** "gpt-4o" names the checkbox of its row "Select gpt-4o". */
  nameOf: (item: Item) => string;
};

export type TableRow<Item> = { id: string; item: Item };

type Value = string | number | boolean | undefined;

export type TableColumn<Item extends object> = {
  id: string;
  header: string;
  /**
   * Width in px. Columns keep their widths while scrolling; those that `grow` share the remaining
   * space.
   */
  width: number;
  grow?: boolean;
  /** "end" for numbers. */
  align?: "end";
  /** The header is for screen readers only: for columns of buttons. */
  hideHeader?: boolean;
  /** The value to sort by; absent for columns that can't be sorted. */
  value?: (item: Item) => Value;
  /** The column's place in a row's card on a phone. Columns without one are left out there. */
  card?: "title" | "line" | "flag" | "action";
  /** The column can't be hidden: names and actions. */
  fixed?: boolean;
  /** Renders the cell; by default shows the value. Not a component, so no hooks. */
  cell?: (item: Item) => ReactNode;
  /** The first click on the header puts the largest on top. */
  largestFirst?: boolean;
};

export const selectColumnWidth = 40;

/** The width below which the table scrolls sideways, in px. */
export function tableWidth<Item extends object>(
  columns: readonly TableColumn<Item>[],
  isSelectable: boolean,
): number {
  const sum = columns.reduce((total, { width }) => total + width, 0);
  return sum + (isSelectable ? selectColumnWidth : 0);
}

/** "v1.10" is after "v1.9". */
const collator = new Intl.Collator("en", { numeric: true });

/** Ascending: numbers by size, false before true, everything else alphabetically. */
function compareValues(left: NonNullable<Value>, right: NonNullable<Value>): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return collator.compare(String(left), String(right));
}

/** The rows in the order of a column, stable. Unknown values are `undefined`, and come last in both directions. */
export function sortedRows<Item extends object>(
  rows: readonly TableRow<Item>[],
  column: TableColumn<Item> | undefined,
  desc: boolean,
): readonly TableRow<Item>[] {
  const read = column?.value;
  if (!read) return rows;
  const direction = desc ? -1 : 1;
  const valued = rows.map((row) => ({ row, value: read(row.item) }));
  valued.sort((a, b) => {
    if (a.value === undefined || b.value === undefined) {
      return Number(a.value === undefined) - Number(b.value === undefined);
    }
    return direction * compareValues(a.value, b.value);
  });
  return valued.map(({ row }) => row);
}

/** Adds or removes the IDs of these rows and keeps all others. */
export function withIds(
  ids: ReadonlySet<string>,
  rows: readonly { id: string }[],
  selected: boolean,
): ReadonlySet<string> {
  const next = new Set(ids);
  for (const { id } of rows) {
    if (selected) next.add(id);
    else next.delete(id);
  }
  return next;
}
