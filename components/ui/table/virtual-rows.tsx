"use client";

import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect } from "react";
import type { RowFocus } from "./use-row-focus";

export type VirtualRowsProps = {
  count: number;
  rowHeight: number;
  focus: RowFocus;
  scroller: RefObject<HTMLElement | null>;
  /** Renders the rows with these indexes. */
  children: (drawn: readonly number[]) => ReactNode;
};

const headHeight = 36;
const initialRect = { width: 0, height: 900 };

/** Selects the visible rows and a few around them. */
export function VirtualRows({ count, rowHeight, focus, scroller, children }: VirtualRowsProps) {
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollPaddingStart: headHeight,
    initialRect,
    // Keeps the focused row mounted so that it doesn't lose focus.
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range);
      if (focus.active >= range.count || indexes.includes(focus.active)) return indexes;
      return [...indexes, focus.active].sort((a, b) => a - b);
    },
  });
  // The keys' handler is the external system: it asks for rows that aren't drawn.
  useEffect(() => {
    focus.reveal.current = (index) => virtualizer.scrollToIndex(index, { align: "auto" });
    return () => {
      focus.reveal.current = null;
    };
  }, [focus.reveal, virtualizer]);
  return children(virtualizer.getVirtualItems().map(({ index }) => index));
}
