"use client";

import { type CSSProperties, lazy, type ReactNode, Suspense, useMemo, useRef } from "react";
import { classNames } from "@/components/ui/class-names";
import { TableBody } from "./table-body";
import {
  sortedRows,
  type TableColumn,
  type TableSelection,
  type TableSort,
  tableWidth,
} from "./table-columns";
import { TableHead } from "./table-head";
import { useRowFocus } from "./use-row-focus";

export type DataTableProps<Item extends object> = {
  /** What the table lists: its accessible name. */
  label: string;
  rows: readonly Item[];
  /** Stable: defined outside the component or in a memo. */
  columns: TableColumn<Item>[];
  rowId: (item: Item) => string;
  sort: TableSort | null;
  onSortChange: (sort: TableSort) => void;
  selection?: TableSelection<Item>;
  /** The row whose details are open. */
  openId?: string | null;
  /** Called on a click or Enter. The first column should also contain a button or a link. */
  onOpen?: (item: Item) => void;
  /** Height of every row in px: 49 for two lines, 37 for one. */
  rowHeight?: number;
  /** The height of a card in px, which replaces the row on a phone. */
  cardHeight?: number;
  /** Shown if there are no rows. */
  empty?: ReactNode;
  /** A CSS length from which the table itself scrolls. */
  maxHeight?: string;
};

/** Below this number every row is rendered, so that the browser's search finds it. */
const virtualFrom = 120;
const firstScreen = Array.from({ length: 30 }, (_, index) => index);
// Short tables don't need the code that measures which rows are visible.
const VirtualRows = lazy(async () => ({
  default: (await import("./virtual-rows")).VirtualRows,
}));

/**
 * A table for thousands of rows, with sorting, selection and a sticky header. Arrow keys, Home, End
 * and Page Up/Down move between rows; Enter opens one.
 */
export function DataTable<Item extends object>(props: DataTableProps<Item>) {
  const { rows: data, columns, rowId, sort, selection, openId, cardHeight = 88 } = props;
  const { rowHeight = 49 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => {
    const unsorted = data.map((item) => ({ id: rowId(item), item }));
    const column = columns.find(({ id }) => id === sort?.id);
    return sortedRows(unsorted, column, sort?.desc ?? false);
  }, [data, rowId, columns, sort]);
  const focus = useRowFocus({
    count: rows.length,
    scroller,
    rowHeight,
    onEnter: (index) => rows[index] && props.onOpen?.(rows[index].item),
  });
  const body = {
    rows,
    columns,
    rowHeight,
    selection,
    openId: openId ?? null,
    onOpen: props.onOpen,
    focus,
  };

  return (
    <div
      ref={scroller}
      className={classNames(
        "@container relative overflow-auto overscroll-x-contain rounded-lg border border-line bg-panel",
        // On a phone the page scrolls, unless only the visible rows are rendered.
        rows.length < virtualFrom && "max-sm:max-h-none!",
      )}
      style={{ maxHeight: props.maxHeight ?? "max(26rem, calc(100dvh - 13rem))" }}
    >
      <table
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        className="data-table w-full min-w-(--width) table-fixed border-separate border-spacing-0 text-left"
        style={
          // React accepts custom properties, which its type leaves out.
          {
            "--width": `${tableWidth(columns, selection !== undefined)}px`,
            "--row": `${rowHeight}px`,
            "--card": `${cardHeight}px`,
          } as CSSProperties
        }
      >
        <TableHead
          rows={rows}
          columns={columns}
          selection={selection}
          sort={sort}
          onSortChange={props.onSortChange}
        />
        {rows.length < virtualFrom ? (
          <TableBody {...body} />
        ) : (
          <Suspense fallback={<TableBody {...body} drawn={firstScreen} />}>
            <VirtualRows
              count={rows.length}
              heights={[rowHeight, cardHeight]}
              focus={focus}
              scroller={scroller}
            >
              {(drawn, height) => <TableBody {...body} drawn={drawn} rowHeight={height} />}
            </VirtualRows>
          </Suspense>
        )}
      </table>
      {rows.length === 0 && <div className="sticky left-0 w-[100cqw]">{props.empty}</div>}
    </div>
  );
}
