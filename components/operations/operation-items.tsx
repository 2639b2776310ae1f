"use client";

import { VirtualList } from "@/components/ui/table/virtual-list";
import { StatusMark } from "@/components/ui/text/status";
import type { OperationItem } from "@/lib/operations/schema";
import { itemTones, itemWords } from "./operation-words";

/** What happened to each row; those with something to say of them first. */
export function OperationItems({ items }: { items: readonly OperationItem[] }) {
  const sorted = [
    ...items.filter((item) => item.outcome === "refused"),
    ...items.filter((item) => item.outcome !== "refused" && item.message),
    ...items.filter((item) => item.outcome !== "refused" && !item.message),
  ];
  return (
    <VirtualList
      label="Rows of the operation"
      items={sorted}
      keyOf={({ index }) => index}
      lineHeight={27}
    >
      {(item) => <ItemLine item={item} />}
    </VirtualList>
  );
}

function ItemLine({ item }: { item: OperationItem }) {
  return (
    <div className="flex items-baseline gap-2 text-sm">
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
