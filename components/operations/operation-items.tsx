"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { StatusMark } from "@/components/ui/status";
import type { OperationItem } from "@/lib/operations/schema";
import { itemTones, itemWords } from "./operation-words";

const lineHeight = 25;

/** What happened to each row; those with something to say of them first. Thousands stay smooth. */
export function OperationItems({ items }: { items: readonly OperationItem[] }) {
  const scroller = useRef<HTMLElement>(null);
  const sorted = [
    ...items.filter((item) => item.outcome === "refused"),
    ...items.filter((item) => item.outcome !== "refused" && item.message),
    ...items.filter((item) => item.outcome !== "refused" && !item.message),
  ];
  const virtualizer = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 8,
    getItemKey: (index) => sorted[index]?.index ?? index,
    initialRect: { width: 0, height: 240 },
  });
  return (
    <section
      ref={scroller}
      aria-label="Rows of the operation"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list scrolls, by keys too
      tabIndex={0}
      className="max-h-60 overflow-y-auto rounded-md border border-line"
    >
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const item = sorted[index];
          if (!item) return null;
          return (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              style={{ transform: `translateY(${start}px)` }}
              className="absolute inset-x-0 top-0 border-b border-line px-2.5 py-0.75 text-sm last:border-b-0"
            >
              <ItemLine item={item} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function ItemLine({ item }: { item: OperationItem }) {
  return (
    <div className="flex items-baseline gap-2">
      <StatusMark tone={itemTones[item.outcome]} />
      <span className="min-w-0 flex-1 wrap-anywhere">
        <span className="font-mono">{item.entity.id}</span>
        {item.message && (
          <span className={item.outcome === "done" ? "block text-warn" : "block text-bad"}>
            {item.message}
          </span>
        )}
      </span>
      <span className="whitespace-nowrap text-ink-3">
        {item.entity.kind} {itemWords(item)}
      </span>
    </div>
  );
}
