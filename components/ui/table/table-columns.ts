import type { ReactNode } from "react";

export type TableSort = { id: string; desc: boolean };

export type TableSelection<Item> = {
  ids: ReadonlySet<string>;
  onChange: (ids: ReadonlySet<string>) => void;
  /** "gpt-4o" names the checkbox of its row "Select gpt-4o". */
  nameOf: (item: Item) => string;
};

type ColumnMeta = {
  /** In px. Columns keep their widths while one scrolls; those that `grow` share what is left. */
  width: number;
  grow?: boolean;
  /** "end" for numerals. */
  align?: "end";
  /** The header is there for screen readers only: for columns of buttons. */
  hideHeader?: boolean;
};

export type TableRow<Item> = { id: string; original: Item };

type ColumnOptions<Item> = {
  id: string;
  header: string;
  meta: ColumnMeta;
  /** The value as it is when absent. A function that draws, not a component: no hooks. */
  cell?: (context: { row: TableRow<Item> }) => ReactNode;
  /** The first click on the header puts the largest on top. */
  sortDescFirst?: boolean;
};

type Value = string | number | boolean | undefined;

export type TableColumn<Item extends object> = ColumnOptions<Item> & {
  /** What its rows are sorted by; absent where they cannot be. */
  value?: (item: Item) => Value;
};

type NameOf<Item> = {
  [Name in keyof Item]: Item[Name] extends Value ? Name : never;
}[keyof Item];

/** `columnsOf<Item>()` makes typed columns: `.accessor(...)` with a value to sort by, or `.display(...)`. */
export function columnsOf<Item extends object>() {
  return {
    accessor(
      value: ((item: Item) => Value) | NameOf<Item>,
      options: ColumnOptions<Item>,
    ): TableColumn<Item> {
      // `NameOf` admits the names of such values only.
      const read = typeof value === "function" ? value : (item: Item) => item[value] as Value;
      return { ...options, value: read };
    },
    display: (options: ColumnOptions<Item>): TableColumn<Item> => options,
  };
}

const words = new Intl.Collator("en");

/** Ascending order: numbers by size, false before true, all else as words. */
function compareValues(left: NonNullable<Value>, right: NonNullable<Value>): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  return words.compare(String(left), String(right));
}

/**
 * The rows in the order of a column; equal ones stay as they were given. A value that is not known
 * must be `undefined`: it comes last in both directions.
 */
export function sortedRows<Item extends object>(
  rows: readonly TableRow<Item>[],
  column: TableColumn<Item> | undefined,
  desc: boolean,
): readonly TableRow<Item>[] {
  const read = column?.value;
  if (!read) return rows;
  const direction = desc ? -1 : 1;
  const valued = rows.map((row) => ({ row, value: read(row.original) }));
  valued.sort((one, other) => {
    if (one.value === undefined || other.value === undefined) {
      return Number(one.value === undefined) - Number(other.value === undefined);
    }
    return direction * compareValues(one.value, other.value);
  });
  return valued.map(({ row }) => row);
}

/** The ids with those of these rows, or without them; others stay, drawn or not. */
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
