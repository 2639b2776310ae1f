import { utcTime } from "@/lib/utc-time";

export const tokenPriceNames = ["input_price", "output_price"] as const;
type PriceName = (typeof tokenPriceNames)[number];

/** USD per 1M tokens; null = not priced. */
export type PricePair = Record<PriceName, number | null>;

/** A recorded change of prices; prices that it does not name stay in force. */
export type PriceRecord = {
  /** ISO 8601 UTC. */
  in_force_from: string;
  /** USD per 1M tokens; null = not priced. */
  prices: Partial<Record<string, number | null>>;
};

/** The prices in a model's row, and when the row was last written. */
type Current<Name extends string> = Record<Name, number | null> & { updated_at: string | null };
export type CurrentPrices = Current<PriceName>;

/** A price at some time; `assumed` if no record confirms it. */
export type PriceAtTime = { price: number | null; assumed: boolean };
export type PricesAtTime = Record<PriceName, PriceAtTime>;

/** The prices at a time in milliseconds since 1970. */
export type PriceHistory = (at: number) => PricesAtTime;

/**
 * The prices of a model over time, out of what every change recorded. Before its first known price
 * that one holds, assumed; without records the present one does. A row that others changed later
 * than the last record counts from when it was written, assumed too; where they left that time as it
 * was, the recorded price goes on, assumed from there.
 * @param present null when the model is not registered any more, or cannot be read
 */
export function priceHistory(records: PriceRecord[], present: CurrentPrices | null): PriceHistory {
  const input = priceSteps("input_price", records, present);
  const output = priceSteps("output_price", records, present);
  return (at) => ({ input_price: priceAt(input, at), output_price: priceAt(output, at) });
}

/** A price from a time on, in milliseconds since 1970; minus infinity: from ever. */
export type PriceStep = PriceAtTime & { from: number };

/** The same for one price of whatever name: from ever first, then each change, oldest first. */
export function priceSteps<Name extends string>(
  name: Name,
  records: PriceRecord[],
  present: Current<Name> | null,
): PriceStep[] {
  const ordered = records.toSorted(
    (a, b) => parseTime(a.in_force_from) - parseTime(b.in_force_from),
  );
  const steps = ordered.flatMap(({ in_force_from, prices }): PriceStep[] => {
    const price = prices[name];
    return price === undefined ? [] : [{ from: parseTime(in_force_from), price, assumed: false }];
  });
  const foreign = present && externalPriceChange(steps.at(-1), present[name], present.updated_at);
  if (foreign) {
    if (steps.at(-1)?.from === foreign.from) steps.pop();
    steps.push(foreign);
  }
  // What was not priced at first says nothing of what was paid: its first price holds from ever.
  const first = steps.findIndex(({ price }) => price !== null);
  const known = steps.slice(Math.max(first, 0));
  if (known[0]?.from === Number.NEGATIVE_INFINITY) return known;
  const price = steps[first]?.price ?? null;
  return [{ from: Number.NEGATIVE_INFINITY, price, assumed: price !== null }, ...known];
}

/** A price that somebody wrote past us, so that no record tells of it. */
function externalPriceChange(
  last: PriceStep | undefined,
  price: number | null,
  updated_at: string | null,
): PriceStep | null {
  if (!last) return { from: Number.NEGATIVE_INFINITY, price, assumed: true };
  const written = updated_at ? parseTime(updated_at) : Number.NEGATIVE_INFINITY;
  // Older than the record: a list that is some seconds behind, not a change.
  if (price === last.price || written < last.from) return null;
  // The row stands as of our write and says otherwise: nobody can tell since when ours held no more.
  return written === last.from
    ? { ...last, assumed: true }
    : { from: written, price, assumed: true };
}

function priceAt(steps: PriceStep[], at: number): PriceAtTime {
  const { price = null, assumed = false } = steps.findLast(({ from }) => from <= at) ?? {};
  return { price, assumed };
}

function parseTime(iso: string): number {
  const time = utcTime(iso);
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}
