"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useRef } from "react";
import { classNames } from "@/components/ui/class-names";
import { ScrollRegion } from "@/components/ui/scroll-region";

type VirtualListProps<Item> = {
  label: string;
  items: readonly Item[];
  /** Stable when the order changes. */
  keyOf: (item: Item) => string | number;
  children: (item: Item) => ReactNode;
  /** Estimated height of a line in pixels. */
  lineHeight: number;
  /** A class with the maximum height. */
  className?: string;
};

/** Used before layout; about the maximum height. */
const initialRect = { width: 0, height: 288 };

/** A scrollable list that draws only the visible lines. */
export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { label, items, keyOf, children, lineHeight, className = "max-h-72" } = props;
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 8,
    getItemKey: (index) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    initialRect,
  });
  return (
    <ScrollRegion
      ref={scroller}
      label={label}
      className={classNames("overflow-y-auto rounded-md border border-line", className)}
    >
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          if (item === undefined) return null;
          return (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              style={{ transform: `translateY(${start}px)` }}
              className="absolute inset-x-0 top-0 border-b border-line px-2.5 py-1 last:border-b-0"
            >
              {children(item)}
            </li>
          );
        })}
      </ul>
    </ScrollRegion>
  );
}
