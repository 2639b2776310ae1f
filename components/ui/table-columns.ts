import {
  type ColumnDef,
  createColumnHelper,
  createSortedRowModel,
  type Row,
  rowSelectionFeature,
  rowSortingFeature,
  tableFeatures,
} from "@tanstack/react-table";

type ColumnMeta = {
  /** In px. Columns keep their widths while one scrolls; those that `grow` share what is left. */
  width: number;
  grow?: boolean;
  /** "end" for numerals. */
  align?: "end";
  /** The header is there for screen readers only: for columns of buttons. */
  hideHeader?: boolean;
};

export const features = tableFeatures({
  rowSelectionFeature,
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  // Only the type of this slot is read.
  columnMeta: {} as ColumnMeta,
});
export type Features = typeof features;

// Each column has a value type of its own; a list of them cannot name one.
// biome-ignore lint/suspicious/noExplicitAny: the library's own type for such a list
export type TableColumn<Item extends object> = ColumnDef<Features, Item, any>;

/** `columnsOf<Item>()` makes typed columns: `.accessor(...)`, `.display(...)`, `.columns([...])`. */
export const columnsOf = <Item extends object>() => createColumnHelper<Features, Item>();

const words = new Intl.Collator("en");

/**
 * Ascending order of two values of a column: numbers by size, false before true, all else as words.
 * A value that is not known must be `undefined`: it comes last in both directions.
 */
export function compareValues<Item extends object>(
  one: Row<Features, Item>,
  other: Row<Features, Item>,
  columnId: string,
): number {
  const left = one.getValue(columnId);
  const right = other.getValue(columnId);
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "boolean" && typeof right === "boolean") return Number(left) - Number(right);
  return words.compare(String(left), String(right));
}
