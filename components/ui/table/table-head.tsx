"use client";

import { classNames } from "@/components/ui/class-names";
import { Checkbox } from "@/components/ui/form/checkbox";
import {
  selectColumnWidth,
  type TableColumn,
  type TableRow,
  type TableSelection,
  type TableSort,
  withIds,
} from "./table-columns";

export type TableHeadProps<Item extends object> = {
  rows: readonly TableRow<Item>[];
  columns: readonly TableColumn<Item>[];
  selection?: TableSelection<Item>;
  sort: TableSort | null;
  onSortChange: (sort: TableSort) => void;
};

const cell =
  "sticky top-0 z-10 h-9 border-b border-line bg-panel px-2.5 text-sm font-medium whitespace-nowrap text-ink-3";

export function TableHead<Item extends object>(props: TableHeadProps<Item>) {
  const { rows, columns, selection, sort, onSortChange } = props;
  return (
    <>
      <colgroup>
        {selection && <col style={{ width: selectColumnWidth }} />}
        {columns.map(({ id, width, grow }) => (
          <col key={id} style={{ width: grow ? undefined : width }} />
        ))}
      </colgroup>
      <thead>
        <tr aria-rowindex={1}>
          {selection && <SelectAll rows={rows} selection={selection} />}
          {columns.map((column) => (
            <HeadCell key={column.id} column={column} sort={sort} onSortChange={onSortChange} />
          ))}
        </tr>
      </thead>
    </>
  );
}

type SelectAllProps<Item extends object> = {
  rows: readonly TableRow<Item>[];
  selection: TableSelection<Item>;
};

function SelectAll<Item extends object>({ rows, selection }: SelectAllProps<Item>) {
  const { ids, onChange } = selection;
  const all = rows.length > 0 && rows.every(({ id }) => ids.has(id));
  return (
    <th scope="col" data-card="select" className={classNames(cell, "px-2!")}>
      <Checkbox
        label="Select all"
        hideLabel
        checked={all}
        indeterminate={!all && rows.some(({ id }) => ids.has(id))}
        onChange={({ target }) => onChange(withIds(ids, rows, target.checked))}
      />
    </th>
  );
}

type HeadCellProps<Item extends object> = {
  column: TableColumn<Item>;
  sort: TableSort | null;
  onSortChange: (sort: TableSort) => void;
};

function HeadCell<Item extends object>(props: HeadCellProps<Item>) {
  const { id, header, align, hideHeader, largestFirst, value } = props.column;
  const end = align === "end";
  const sorted = props.sort?.id === id ? (props.sort.desc ? "descending" : "ascending") : "none";
  if (!value) {
    return (
      <th scope="col" className={classNames(cell, end && "text-right")}>
        <span className={hideHeader ? "sr-only" : undefined}>{header}</span>
      </th>
    );
  }
  const desc = sorted === "none" ? largestFirst === true : sorted === "ascending";
  return (
    <th scope="col" aria-sort={sorted} className={classNames(cell, end && "text-right")}>
      <button
        type="button"
        onClick={() => props.onSortChange({ id, desc })}
        className={classNames(
          "group relative inline-flex max-w-full items-center rounded-sm hover:text-ink",
          sorted !== "none" && "text-ink",
        )}
      >
        <span className="truncate">{header}</span>
        <SortArrow sorted={sorted} end={end} />
      </button>
    </th>
  );
}

type SortArrowProps = { sorted: "ascending" | "descending" | "none"; end: boolean };

/** Placed in the padding beside the header, so that it takes none of its width. */
function SortArrow({ sorted, end }: SortArrowProps) {
  return (
    <svg
      viewBox="0 0 10 10"
      aria-hidden="true"
      className={classNames(
        "absolute top-1/2 size-2.25 -translate-y-1/2",
        end ? "-left-2.5" : "-right-2.5",
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
