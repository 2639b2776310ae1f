"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { costWords, durationWords } from "@/components/completions/figures";
import { StatusMark } from "@/components/ui/status";
import type { BulkItem } from "./bulk-store";
import { outcomeTones, outcomeWords, probeWords } from "./bulk-words";

const lineHeight = 45;

/** How it stands with each model, in their order. Thousands stay smooth. */
export function BulkItems({ items }: { items: readonly BulkItem[] }) {
  const scroller = useRef<HTMLElement>(null);
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 8,
    getItemKey: (index) => items[index]?.model.pk ?? index,
    initialRect: { width: 0, height: 288 },
  });
  return (
    <section
      ref={scroller}
      aria-label="Models of the test"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list scrolls, by keys too
      tabIndex={0}
      className="max-h-72 overflow-y-auto rounded-md border border-line"
    >
      <ul className="relative" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, key, start }) => {
          const item = items[index];
          if (!item) return null;
          return (
            <li
              key={key}
              ref={virtualizer.measureElement}
              data-index={index}
              style={{ transform: `translateY(${start}px)` }}
              className="absolute inset-x-0 top-0 border-b border-line px-2.5 py-1 text-sm last:border-b-0"
            >
              <ItemLine item={item} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function ItemLine({ item }: { item: BulkItem }) {
  const { model, outcome, failure, refusal } = item;
  const probes = probeWords(item);
  return (
    <div className="flex items-baseline gap-2">
      <StatusMark tone={outcomeTones[outcome]} />
      <span className="min-w-0 flex-1 wrap-anywhere">
        <span className="font-medium">{model.display_name}</span>
        <span className="block font-mono text-ink-3">{model.model_id}</span>
        {failure && <span className="block text-ink-2">{failure.cause}</span>}
        {refusal && <span className="block text-ink-2">{refusal}</span>}
        {probes && <span className="block text-ink-2">{probes}.</span>}
      </span>
      <span className="shrink-0 text-right whitespace-nowrap text-ink-2">
        {outcomeWords[outcome]}
        {item.latency_ms !== null && (
          <span className="block tabular-nums text-ink-3">
            {durationWords(item.latency_ms)} · {costWords(item.cost_usd)}
          </span>
        )}
      </span>
    </div>
  );
}
