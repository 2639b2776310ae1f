"use client";

import { type FocusEvent, type KeyboardEvent, useState } from "react";

type Position = { row: number; column: number };

type Size = {
  rows: number;
  columns: number;
  /** The number of rows that Page Up and Page Down move. */
  page?: number;
};

/**
 * Moves the focus between the cells of a grid by keys. Tab reaches one cell. Spread `cell` onto the
 * focusable element of each cell, and `grid` onto their container.
 */
export function useGridFocus({ rows, columns, page = 10 }: Size) {
  const [requested, setActive] = useState<Position>({ row: 0, column: 0 });
  const active = clamp(requested);

  function clamp({ row, column }: Position): Position {
    return {
      row: Math.max(0, Math.min(rows - 1, row)),
      column: Math.max(0, Math.min(columns - 1, column)),
    };
  }

  function target({ key, ctrlKey }: KeyboardEvent, { row, column }: Position): Position | null {
    switch (key) {
      case "ArrowDown":
        return { row: row + 1, column };
      case "ArrowUp":
        return { row: row - 1, column };
      case "ArrowRight":
        return { row, column: column + 1 };
      case "ArrowLeft":
        return { row, column: column - 1 };
      case "PageDown":
        return { row: row + page, column };
      case "PageUp":
        return { row: row - page, column };
      case "Home":
        return { row: ctrlKey ? 0 : row, column: 0 };
      case "End":
        return { row: ctrlKey ? rows - 1 : row, column: columns - 1 };
      default:
        return null;
    }
  }

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const from = positionOf(event.target);
    if (!from || event.altKey || event.metaKey || event.shiftKey) return;
    const requestedCell = target(event, from);
    if (!requestedCell) return;
    event.preventDefault();
    const to = clamp(requestedCell);
    const cell = event.currentTarget.querySelector<HTMLElement>(selectorOf(to));
    cell?.focus({ preventScroll: true });
    cell?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  function onFocus(event: FocusEvent<HTMLElement>) {
    const position = positionOf(event.target);
    if (position) setActive(position);
  }

  return {
    grid: { onKeyDown, onFocus },
    cell: (row: number, column: number) => ({
      "data-cell": `${row} ${column}`,
      tabIndex: row === active.row && column === active.column ? 0 : -1,
    }),
  };
}

const selectorOf = ({ row, column }: Position) => `[data-cell="${row} ${column}"]`;

function positionOf(target: EventTarget): Position | null {
  const name = target instanceof HTMLElement ? target.dataset.cell : undefined;
  if (name === undefined) return null;
  const [row = 0, column = 0] = name.split(" ").map(Number);
  return { row, column };
}
