import type { PriceName } from "@/lib/models/schema";
import type {
  PriceChange,
  PriceSyncMonth,
  PriceSyncRequest,
  SyncedPrice,
} from "@/lib/price-sync/schema";

/** Ticked prices, each as `tickOf` writes it. */
export type Ticks = ReadonlySet<string>;

export const tickOf = (pk: string, name: PriceName) => `${name} ${pk}`;

/** All but what an admin set, and what looks like a wrong unit: that is a question first. */
export function defaultTicks(changes: readonly PriceChange[]): Ticks {
  return ticksOf(changes, ({ is_protected, unit_suspect }) => !is_protected && !unit_suspect);
}

export function ticksOf(
  changes: readonly PriceChange[],
  fits: (price: SyncedPrice) => boolean,
): Ticks {
  return new Set(
    changes.flatMap(({ pk, prices }) => prices.filter(fits).map(({ name }) => tickOf(pk, name))),
  );
}

/** What to ask the server to write: the rows must be as they were looked at. */
export function tickedPrices(
  changes: readonly PriceChange[],
  ticks: Ticks,
): NonNullable<PriceSyncRequest["prices"]> {
  return changes.flatMap(({ pk, etag, prices }) => {
    const names = prices.map(({ name }) => name).filter((name) => ticks.has(tickOf(pk, name)));
    return names.length > 0 ? [{ pk, etag, names }] : [];
  });
}

/** The bill of the last month with the ticked prices, USD; null when it is not known. */
export function billWith(
  month: PriceSyncMonth | null,
  changes: readonly PriceChange[],
  ticks: Ticks,
): { paid: number | null; would_be: number } | null {
  if (!month || "unknown_because" in month) return null;
  const more = changes.flatMap(({ pk, prices }) =>
    prices.flatMap(({ name, effect }) =>
      effect && ticks.has(tickOf(pk, name)) ? [effect.would_be - (effect.paid ?? 0)] : [],
    ),
  );
  const would_be = more.reduce((sum, part) => sum + part, month.paid ?? 0);
  return { paid: month.paid, would_be };
}

/** What moves the bill most comes first. */
export function byEffect(changes: readonly PriceChange[]): PriceChange[] {
  const moved = ({ prices }: PriceChange) =>
    Math.abs(
      prices.reduce(
        (sum, { effect }) => sum + (effect ? effect.would_be - (effect.paid ?? 0) : 0),
        0,
      ),
    );
  return [...changes].sort((one, other) => moved(other) - moved(one));
}
