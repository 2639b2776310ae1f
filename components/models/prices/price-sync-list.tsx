"use client";

import { useMemo } from "react";
import { Checkbox } from "@/components/ui/form/checkbox";
import { VirtualList } from "@/components/ui/table/virtual-list";
import { Tag } from "@/components/ui/text/tag";
import { formatDay, formatMoneyChange, formatPriceUsd } from "@/lib/format";
import type { PriceChange, SyncedPrice } from "@/lib/price-sync/schema";
import { describeListing } from "@/lib/prices/rules/origin-labels";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { ofFamily, otherRegion } from "@/lib/prices/rules/price-doubts";
import { describeDifference, priceLabel } from "./price-labels";
import { byEffect, type Ticks, tickOf } from "./price-ticks";

export type PriceSyncListProps = {
  changes: readonly PriceChange[];
  ticks: Ticks;
  onTicks: (ticks: Ticks) => void;
  unit: PriceUnit;
};

/** Every price that differs, by model, with a checkbox. */
export function PriceSyncList({ changes, ticks, onTicks, unit }: PriceSyncListProps) {
  const rows = useMemo(() => byEffect(changes), [changes]);
  function toggle(tick: string, on: boolean) {
    const next = new Set(ticks);
    if (on) next.add(tick);
    else next.delete(tick);
    onTicks(next);
  }
  return (
    <VirtualList
      label="Prices that differ"
      items={rows}
      keyOf={({ pk }) => pk}
      lineHeight={96}
      className="max-h-90 max-sm:max-h-[55dvh]"
    >
      {(row) => (
        <div className="py-1">
          <p className="wrap-anywhere">
            <span className="font-medium">{row.display_name}</span>{" "}
            <span className="font-mono text-sm text-ink-3">{row.pk}</span>
          </p>
          {row.prices.map((price) => (
            <PriceLine
              key={price.name}
              {...{ row, price, unit }}
              ticked={ticks.has(tickOf(row.pk, price.name))}
              onTick={(on) => toggle(tickOf(row.pk, price.name), on)}
            />
          ))}
        </div>
      )}
    </VirtualList>
  );
}

type PriceLineProps = {
  row: PriceChange;
  price: SyncedPrice;
  unit: PriceUnit;
  ticked: boolean;
  onTick: (on: boolean) => void;
};

function PriceLine({ row, price, unit, ticked, onTick }: PriceLineProps) {
  const { name, from, to, effect } = price;
  // Compares the new price with ours, so the reference isn't named.
  const difference = describeDifference(to, from)?.replace(" in the catalog", "");
  return (
    <div className="mt-1 flex flex-wrap items-baseline gap-x-3 pl-0.5">
      <Checkbox
        checked={ticked}
        onChange={({ target }) => onTick(target.checked)}
        className="flex-1 basis-64"
        label={
          <>
            {priceLabel(name)}
            <span className="sr-only"> of {row.display_name}:</span>{" "}
            <span className="text-ink-2">{formatPriceUsd(from, unit)}</span>{" "}
            <span aria-hidden="true" className="text-ink-3">
              →
            </span>
            <span className="sr-only">becomes</span>{" "}
            <span className="font-medium">{formatPriceUsd(to, unit)}</span>{" "}
            <span className="text-sm text-ink-3">per {unit}</span>{" "}
            {price.is_protected && <Tag tone="warn">{formatProtection(price)}</Tag>}
          </>
        }
        description={formatSince(price)}
      />
      <span className="pl-6 text-sm text-ink-2 sm:pl-0 sm:text-right">
        {difference && from !== null && <span>{difference}</span>}
        {effect && (
          <span
            className="text-ink-3 max-sm:not-first:ml-2 sm:block"
            title="On the bill of the last 30 days"
          >
            {formatMoneyChange(effect.would_be - (effect.paid ?? 0))} in 30 days
          </span>
        )}
      </span>
    </div>
  );
}

function formatProtection({ match, region_may_differ, source }: SyncedPrice): string {
  if (match === "family") return region_may_differ ? otherRegion : ofFamily;
  return source === "admin" ? "set by an admin" : "origin unknown";
}

function formatOrigin(source: SyncedPrice["source"]): string {
  if (source === null) return "from an older tool";
  return source === "catalog" ? "from the catalog" : "set by an admin";
}

function formatSince(price: SyncedPrice): string {
  const { from, source, from_since, to_since } = price;
  const since = from_since ? ` since ${formatDay(from_since.slice(0, 10))}` : "";
  const registered = from === null ? "not priced here" : `ours ${formatOrigin(source)}${since}`;
  return `${registered} · ${describeListing(price)}${to_since ? `, in force since ${formatDay(to_since)}` : ""}`;
}
