"use client";

import { type KeyboardEvent, type RefObject, useRef, useState } from "react";
import { leaveRows } from "./leave-rows";

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
  /** Where some rows are not drawn: what scrolls one of them into sight. */
  reveal: RefObject<((index: number) => void) | null>;
};

/** Frames to wait for a row to be drawn before giving up on its focus. */
const mostFrames = 10;

/** Moves the focus between rows by keys. */
export function useRowFocus({ count, scroller, rowHeight, onEnter }: Options): RowFocus {
  const [wanted, setActive] = useState(0);
  const reveal = useRef<((index: number) => void) | null>(null);
  const active = Math.min(wanted, Math.max(0, count - 1));

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
    if (event.key === "Tab") return leaveRows(event);
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
    focusRow(to, mostFrames);
  }

  return { active, setActive, onKeyDown, reveal };
}
