"use client";

import type { Header, ReactTable } from "@tanstack/react-table";
import { Checkbox } from "./checkbox";
import { classNames } from "./class-names";
import type { TableSort } from "./data-table";
import type { Features } from "./table-columns";
import { selectColumnWidth } from "./table-widths";

export type TableHeadProps<Item extends object> = {
  table: ReactTable<Features, Item>;
  selectable: boolean;
  sort: TableSort | null;
  onSortChange: (sort: TableSort) => void;
};

const cell =
  "sticky top-0 z-10 h-9 border-b border-line bg-panel px-3 text-sm font-medium whitespace-nowrap text-ink-3";

export function TableHead<Item extends object>(props: TableHeadProps<Item>) {
  const { table, selectable, sort, onSortChange } = props;
  const headers = table.getHeaderGroups()[0]?.headers ?? [];
  return (
    <>
      <colgroup>
        {selectable && <col style={{ width: selectColumnWidth }} />}
        {headers.map(({ column, id }) => {
          const meta = column.columnDef.meta;
          return <col key={id} style={{ width: meta?.grow ? undefined : meta?.width }} />;
        })}
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          {selectable && (
            <th scope="col" className={classNames(cell, "px-2!")}>
              <Checkbox
                label="Select all"
                hideLabel
                checked={table.getIsAllRowsSelected()}
                indeterminate={table.getIsSomeRowsSelected() && !table.getIsAllRowsSelected()}
                onChange={table.getToggleAllRowsSelectedHandler()}
              />
            </th>
          )}
          {headers.map((header) => (
            <HeadCell key={header.id} header={header} sort={sort} onSortChange={onSortChange}>
              <table.FlexRender header={header} />
            </HeadCell>
          ))}
        </tr>
      </thead>
    </>
  );
}

type HeadCellProps<Item extends object> = {
  header: Header<Features, Item>;
  sort: TableSort | null;
  onSortChange: (sort: TableSort) => void;
  children: React.ReactNode;
};

function HeadCell<Item extends object>(props: HeadCellProps<Item>) {
  const { column } = props.header;
  const { meta, sortDescFirst } = column.columnDef;
  const end = meta?.align === "end";
  const sorted =
    props.sort?.id === column.id ? (props.sort.desc ? "descending" : "ascending") : "none";
  if (!column.getCanSort()) {
    return (
      <th scope="col" className={classNames(cell, end && "text-right")}>
        <span className={meta?.hideHeader ? "sr-only" : undefined}>{props.children}</span>
      </th>
    );
  }
  const desc = sorted === "none" ? sortDescFirst === true : sorted === "ascending";
  return (
    <th scope="col" aria-sort={sorted} className={classNames(cell, end && "text-right")}>
      <button
        type="button"
        onClick={() => props.onSortChange({ id: column.id, desc })}
        className={classNames(
          "group inline-flex max-w-full items-center gap-1 rounded-sm hover:text-ink",
          end && "flex-row-reverse",
          sorted !== "none" && "text-ink",
        )}
      >
        <span className="truncate">{props.children}</span>
        <SortArrow sorted={sorted} />
      </button>
    </th>
  );
}

function SortArrow({ sorted }: { sorted: "ascending" | "descending" | "none" }) {
  return (
    <svg
      viewBox="0 0 10 10"
      aria-hidden="true"
      className={classNames(
        "size-2.5 shrink-0",
        sorted === "none" && "opacity-0 group-hover:opacity-60 group-focus-visible:opacity-60",
        sorted === "descending" && "rotate-180",
      )}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
    >
      <path d="M5 9V1.5M2 4.5l3-3 3 3" />
    </svg>
  );
}
