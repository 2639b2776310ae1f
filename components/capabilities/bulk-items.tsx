"use client";

import { VirtualList } from "@/components/ui/table/virtual-list";
import { StatusMark } from "@/components/ui/text/status";
import { formatDuration, formatMoney } from "@/lib/format";
import type { BulkItem } from "./bulk-store";
import { outcomeTones, outcomeWords, probeWords } from "./bulk-words";

/** How it stands with each model, in their order. */
export function BulkItems({ items }: { items: readonly BulkItem[] }) {
  return (
    <VirtualList
      label="Models of the test"
      items={items}
      keyOf={({ model }) => model.pk}
      lineHeight={45}
    >
      {(item) => <ItemLine item={item} />}
    </VirtualList>
  );
}

function ItemLine({ item }: { item: BulkItem }) {
  const { model, outcome, failure, refusal } = item;
  const probes = probeWords(item);
  return (
    <div className="flex items-baseline gap-2 text-sm">
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
            {formatDuration(item.latency_ms)} ·{" "}
            {formatMoney(item.cost_usd, { significantDigits: 3 })}
          </span>
        )}
      </span>
    </div>
  );
}
