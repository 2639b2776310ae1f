"use client";

import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, type RefObject, useEffect } from "react";
import { useMediaQuery } from "@/components/ui/use-media-query";
import type { RowFocus } from "./use-row-focus";

export type VirtualRowsProps = {
  count: number;
  /** The height of a row, and of its card on a phone, in px. */
  heights: readonly [row: number, card: number];
  focus: RowFocus;
  scroller: RefObject<HTMLElement | null>;
  /** Renders the rows with these indexes. */
  children: (drawn: readonly number[], height: number) => ReactNode;
};

const headHeight = 36;
const initialRect = { width: 0, height: 900 };

/** Selects the visible rows and a few around them. */
export function VirtualRows({ count, heights, focus, scroller, children }: VirtualRowsProps) {
  const height = heights[useMediaQuery("(max-width: 639px)") ? 1 : 0];
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
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
  // The external system is the keyboard handler, which requests rows that aren't rendered.
  useEffect(() => {
    focus.reveal.current = (index) => virtualizer.scrollToIndex(index, { align: "auto" });
    return () => {
      focus.reveal.current = null;
    };
  }, [focus.reveal, virtualizer]);
  // The heights of rows that were measured before the window changed its width.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it measures again for another height
  useEffect(() => virtualizer.measure(), [virtualizer, height]);
  return children(
    virtualizer.getVirtualItems().map(({ index }) => index),
    height,
  );
}
