"use client";

import { type KeyboardEvent, type RefObject, useRef, useState } from "react";

type Options = {
  count: number;
  scroller: RefObject<HTMLElement | null>;
  rowHeight: number;
  onEnter: (index: number) => void;
};

export type RowFocus = {
  /** The one row that Tab reaches. */
  active: number;
  setActive: (index: number) => void;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  /** Scrolls a row into view that isn't rendered. */
  reveal: RefObject<((index: number) => void) | null>;
};

/** How many frames to wait until a row is rendered. */
const maxFrames = 10;

/** Moves the focus between rows by keys. */
export function useRowFocus({ count, scroller, rowHeight, onEnter }: Options): RowFocus {
  const [requested, setActive] = useState(0);
  const reveal = useRef<((index: number) => void) | null>(null);
  const active = Math.min(requested, Math.max(0, count - 1));

  function target(key: string): number | null {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: count - 1,
    };
    const to = moves[key];
    return to === undefined ? null : Math.max(0, Math.min(count - 1, to));
  }

  function focusRow(index: number, framesLeft: number) {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${index}"]`);
    if (row) {
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (framesLeft > 0) requestAnimationFrame(() => focusRow(index, framesLeft - 1));
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    if (event.key === "Tab") return tabOutOfRows(event);
    // Keys inside a row's own controls belong to them.
    const onRow = event.target instanceof HTMLElement && event.target.dataset.row !== undefined;
    if (!onRow || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter") {
      event.preventDefault();
      return onEnter(active);
    }
    const to = target(event.key);
    if (to === null) return;
    event.preventDefault();
    setActive(to);
    reveal.current?.(to);
    focusRow(to, maxFrames);
  }

  return { active, setActive, onKeyDown, reveal };
}

const controls =
  "a[href],button:not(:disabled),input:not(:disabled),select:not(:disabled),textarea:not(:disabled),summary,[tabindex]";

function isTabStop(element: HTMLElement): boolean {
  // In a group of radio buttons Tab reaches the checked one.
  const isOtherRadio =
    element instanceof HTMLInputElement && element.type === "radio" && !element.checked;
  return (
    element.tabIndex >= 0 &&
    !isOtherRadio &&
    !element.closest("[inert],[data-radix-focus-guard]") &&
    element.getClientRects().length > 0
  );
}

const tabStops = (root: ParentNode) =>
  [...root.querySelectorAll<HTMLElement>(controls)].filter(isTabStop);

/** Tab moves through one row's controls and then leaves the table, which may have thousands of rows. */
function tabOutOfRows(event: KeyboardEvent<HTMLElement>) {
  const { target, currentTarget: rows, shiftKey } = event;
  const row = target instanceof HTMLElement ? target.closest<HTMLElement>("[data-row]") : null;
  if (!row) return;
  const edge = shiftKey ? row : (tabStops(row).at(-1) ?? row);
  if (target !== edge) return;
  const side = shiftKey ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING;
  const beyond = tabStops(document).filter(
    (stop) => !rows.contains(stop) && rows.compareDocumentPosition(stop) & side,
  );
  const next = shiftKey ? beyond.at(-1) : beyond[0];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
