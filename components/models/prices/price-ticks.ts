import type { PriceName } from "@/lib/models/schema";
import type {
  PriceChange,
  PriceSyncMonth,
  PriceSyncRequest,
  SyncedPrice,
} from "@/lib/price-sync/schema";

/** Ticked prices, as written by `tickOf`. */
export type Ticks = ReadonlySet<string>;

export const tickOf = (pk: string, name: PriceName) => `${name} ${pk}`;

/** All prices except an admin's, and those that seem to be in another unit. */
export function defaultTicks(changes: readonly PriceChange[]): Ticks {
  return ticksOf(changes, ({ is_protected, unit_suspect }) => !is_protected && !unit_suspect);
}

export function ticksOf(
  changes: readonly PriceChange[],
  isTicked: (price: SyncedPrice) => boolean,
): Ticks {
  return new Set(
    changes.flatMap(({ pk, prices }) =>
      prices.filter(isTicked).map(({ name }) => tickOf(pk, name)),
    ),
  );
}

/** The ticked prices as a request, with the etags of the rows that were shown. */
export function tickedPrices(
  changes: readonly PriceChange[],
  ticks: Ticks,
): NonNullable<PriceSyncRequest["prices"]> {
  return changes.flatMap(({ pk, etag, prices }) => {
    const names = prices.map(({ name }) => name).filter((name) => ticks.has(tickOf(pk, name)));
    return names.length > 0 ? [{ pk, etag, names }] : [];
  });
}

/** Last month's bill with the ticked prices, in USD; null if unknown. */
export function buildBill(
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

/** Largest effect on the bill first. */
export function byEffect(changes: readonly PriceChange[]): PriceChange[] {
  const moved = ({ prices }: PriceChange) =>
    Math.abs(
      prices.reduce(
        (sum, { effect }) => sum + (effect ? effect.would_be - (effect.paid ?? 0) : 0),
        0,
      ),
    );
  return [...changes].sort((a, b) => moved(b) - moved(a));
}
