"use client";

import { classNames } from "@/components/ui/class-names";
import { Checkbox } from "@/components/ui/form/checkbox";
import { type TableColumn, type TableRow, type TableSelection, withIds } from "./table-columns";
import type { RowFocus } from "./use-row-focus";

export type TableBodyProps<Item extends object> = {
  rows: readonly TableRow<Item>[];
  columns: readonly TableColumn<Item>[];
  /** Indexes of the rows to render, ascending; all rows if absent. */
  drawn?: readonly number[];
  rowHeight: number;
  selection?: TableSelection<Item>;
  openId: string | null;
  onOpen?: (item: Item) => void;
  focus: RowFocus;
};

/** The rows; each gap is one empty row of the gap's height. */
export function TableBody<Item extends object>(props: TableBodyProps<Item>) {
  const { rows, rowHeight } = props;
  const lines: React.ReactNode[] = [];
  let next = 0;
  for (const index of props.drawn ?? rows.keys()) {
    const row = rows[index];
    if (!row) continue;
    if (index > next) lines.push(<Gap key={`gap-${next}`} height={(index - next) * rowHeight} />);
    lines.push(<BodyRow key={row.id} {...props} row={row} index={index} />);
    next = index + 1;
  }
  if (next < rows.length) lines.push(<Gap key="rest" height={(rows.length - next) * rowHeight} />);
  return <tbody onKeyDown={props.focus.onKeyDown}>{lines}</tbody>;
}

function Gap({ height }: { height: number }) {
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: an empty row without a tabindex takes no focus
  return <tr aria-hidden="true" style={{ height }} />;
}

type BodyRowProps<Item extends object> = TableBodyProps<Item> & {
  row: TableRow<Item>;
  index: number;
};

const ownAction = "a,button,input,select,textarea,label,[role=menuitem]";

function BodyRow<Item extends object>(props: BodyRowProps<Item>) {
  const { row, index, columns, openId, onOpen, focus, selection } = props;
  const open = row.id === openId;
  const selected = selection?.ids.has(row.id);

  function onClick(event: React.MouseEvent) {
    // Clicks on a control, or at the end of a text selection, don't open the row.
    const onControl = event.target instanceof Element && event.target.closest(ownAction);
    if (onControl || window.getSelection()?.type === "Range") return;
    focus.setActive(index);
    onOpen?.(row.item);
  }

  return (
    <tr
      data-row={index}
      aria-rowindex={index + 2}
      aria-current={open ? "true" : undefined}
      aria-selected={selected}
      tabIndex={index === focus.active ? 0 : -1}
      onFocus={() => focus.setActive(index)}
      onClick={onOpen ? onClick : undefined}
      className={classNames(
        "group/row h-(--row) scroll-mt-9 -outline-offset-2",
        onOpen && "cursor-pointer",
        open || selected ? "bg-accent-wash" : "bg-panel hover:bg-sunken",
      )}
    >
      {selection && (
        <td data-card="select" className="border-b border-line px-2 group-last/row:border-b-0">
          <Checkbox
            label={`Select ${selection.nameOf(row.item)}`}
            hideLabel
            checked={selection.ids.has(row.id)}
            onChange={({ target }) =>
              selection.onChange(withIds(selection.ids, [row], target.checked))
            }
          />
        </td>
      )}
      {columns.map(({ id, align, card, cell, value }) => (
        <td
          key={id}
          data-card={card}
          className={classNames(
            "truncate border-b border-line px-2.5 group-last/row:border-b-0",
            align === "end" && "text-right",
          )}
        >
          {cell ? cell(row.item) : value?.(row.item)}
        </td>
      ))}
    </tr>
  );
}
