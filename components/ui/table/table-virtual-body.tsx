"use client";

import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect } from "react";
import { TableBody, type TableBodyProps } from "./table-body";

export type TableVirtualBodyProps<Item extends object> = TableBodyProps<Item> & {
  scroller: RefObject<HTMLDivElement | null>;
};

const headHeight = 36;
const firstGuess = { width: 0, height: 900 };

/** The rows in sight and a few around them. Loads late: short tables do without. */
export function TableVirtualBody<Item extends object>({
  scroller,
  ...body
}: TableVirtualBodyProps<Item>) {
  const { rows, rowHeight, focus } = body;
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    scrollPaddingStart: headHeight,
    initialRect: firstGuess,
    // The focused row stays drawn while one scrolls away from it: removed, it would lose the focus.
    rangeExtractor: (range) => {
      const indexes = defaultRangeExtractor(range);
      if (focus.active >= range.count || indexes.includes(focus.active)) return indexes;
      return [...indexes, focus.active].sort((one, other) => one - other);
    },
  });
  // The keys' handler is the external system: it asks for rows that are not drawn.
  useEffect(() => {
    focus.reveal.current = (index) => virtualizer.scrollToIndex(index, { align: "auto" });
    return () => {
      focus.reveal.current = null;
    };
  }, [focus.reveal, virtualizer]);
  return <TableBody {...body} drawn={virtualizer.getVirtualItems().map(({ index }) => index)} />;
}
