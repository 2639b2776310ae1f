"use client";

import { lazy, type ReactNode, Suspense, useMemo, useRef } from "react";
import { TableBody } from "./table-body";
import { sortedRows, type TableColumn, type TableSelection, type TableSort } from "./table-columns";
import { TableHead } from "./table-head";
import { tableWidth } from "./table-widths";
import { useRowFocus } from "./use-row-focus";

export type DataTableProps<Item extends object> = {
  /** What the table lists: its accessible name. */
  label: string;
  rows: readonly Item[];
  /** Made once, outside the component or in a memo. Accessors answer `undefined` for "not known". */
  columns: TableColumn<Item>[];
  rowId: (item: Item) => string;
  sort: TableSort | null;
  onSortChange: (sort: TableSort) => void;
  selection?: TableSelection<Item>;
  /** The row whose details are shown beside the table. */
  openId?: string | null;
  /** By a click on the row or by Enter. Also put a button or a link into the first column. */
  onOpen?: (item: Item) => void;
  /** Height of every row in px: 49 for two lines, 37 for one. */
  rowHeight?: number;
  /** Instead of rows when there are none. */
  empty?: ReactNode;
  /** A CSS length: where the table begins to scroll by itself. */
  maxHeight?: string;
};

/** Below this all rows are in the page: the browser's own find works, and nothing jumps. */
const virtualFrom = 120;
const firstScreen = Array.from({ length: 30 }, (_, index) => index);
// Generic components lose their parameter in lazy(); the cast gives back the very same type.
const TableVirtualBody = lazy(async () => {
  const { TableVirtualBody } = await import("./table-virtual-body");
  return { default: TableVirtualBody };
}) as unknown as typeof import("./table-virtual-body").TableVirtualBody;

/**
 * A table that stays smooth with thousands of rows: sortable headers, selection, a header that
 * stays, arrow keys, Home, End, Page Up/Down between rows and Enter to open one.
 */
export function DataTable<Item extends object>(props: DataTableProps<Item>) {
  const { rows: data, columns, rowId, sort, selection, openId, rowHeight = 49 } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => {
    const given = data.map((original) => ({ id: rowId(original), original }));
    const column = columns.find(({ id }) => id === sort?.id);
    return sortedRows(given, column, sort?.desc ?? false);
  }, [data, rowId, columns, sort]);
  const focus = useRowFocus({
    count: rows.length,
    scroller,
    rowHeight,
    onEnter: (index) => rows[index] && props.onOpen?.(rows[index].original),
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
      className="@container relative overflow-auto overscroll-x-contain rounded-lg border border-line bg-panel"
      style={{ maxHeight: props.maxHeight ?? "max(26rem, calc(100dvh - 13rem))" }}
    >
      <table
        aria-label={props.label}
        aria-rowcount={rows.length + 1}
        className="w-full table-fixed border-separate border-spacing-0 text-left"
        style={{ minWidth: tableWidth(columns, selection !== undefined) }}
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
            <TableVirtualBody {...body} scroller={scroller} />
          </Suspense>
        )}
      </table>
      {rows.length === 0 && <div className="sticky left-0 w-[100cqw]">{props.empty}</div>}
    </div>
  );
}
