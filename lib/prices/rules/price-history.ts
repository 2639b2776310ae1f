import { utcTime } from "@/lib/utc-time";

export const tokenPriceNames = ["input_price", "output_price"] as const;
type PriceName = (typeof tokenPriceNames)[number];

/** USD per 1M tokens; null = not priced. */
export type PricePair = Record<PriceName, number | null>;

/** A recorded change of prices; prices that it does not name stay in force. */
export type PriceRecord = {
  /** ISO 8601 UTC. */
  in_force_from: string;
  /** ISO 8601 UTC; absent if the prices came into force when they were recorded. */
  recorded_at?: string;
  /** `repriced`: an admin said since when. `assumed`: seen later, so nobody knows since when. */
  origin?: "repriced" | "assumed";
  /** `recorded_at` of a repricing that this record takes back. */
  undoes?: string;
  /** USD per 1M tokens; null = not priced. */
  prices: Partial<Record<string, number | null>>;
};

/** The prices in a model's row, and when the row was last written. */
type Current<Name extends string> = Record<Name, number | null> & { updated_at: string | null };
export type CurrentPrices = Current<PriceName>;

/** A price at some time; `assumed` if no record confirms it. */
export type PriceAtTime = { price: number | null; assumed: boolean };
export type PricesAtTime = Record<PriceName, PriceAtTime>;

/** The prices at a time in milliseconds since 1970, and the times at which they change. */
export type PriceHistory = ((at: number) => PricesAtTime) & { changes: readonly number[] };

/**
 * The prices of a model over time. Before its first known price, that one is assumed; without records,
 * the current one. What others wrote later than the last record counts from `updated_at`, assumed; if
 * that time did not change, the recorded price stays, assumed from there.
 * @param present null if the model is not registered any more, or cannot be read
 */
export function priceHistory(records: PriceRecord[], present: CurrentPrices | null): PriceHistory {
  const input = priceSteps("input_price", records, present);
  const output = priceSteps("output_price", records, present);
  const changes = [...input, ...output].map(({ from }) => from).filter(Number.isFinite);
  return Object.assign(
    (at: number) => ({ input_price: priceAt(input, at), output_price: priceAt(output, at) }),
    { changes },
  );
}

/** A price from a time on, in milliseconds since 1970; minus infinity: from the beginning. */
export type PriceStep = PriceAtTime & { from: number };
type RecordedStep = PriceStep & { recorded: number; isRepriced: boolean };

/** The steps of one price, oldest first. */
export function priceSteps<Name extends string>(
  name: Name,
  records: PriceRecord[],
  present: Current<Name> | null,
): PriceStep[] {
  const steps = recordedSteps(name, records);
  const foreign = present && externalPriceChange(steps.at(-1), present[name], present.updated_at);
  if (foreign) {
    if (steps.at(-1)?.from === foreign.from) steps.pop();
    steps.push(foreign);
  }
  return fromBeginning(steps).map(({ from, price, assumed }) => ({ from, price, assumed }));
}

/** A record replaces earlier ones from the time on at which it comes into force. */
function recordedSteps(name: string, records: PriceRecord[]): RecordedStep[] {
  const undone = new Set(records.flatMap(({ undoes }) => undoes ?? []));
  const isUndone = ({ origin, recorded_at }: PriceRecord) =>
    origin === "repriced" && recorded_at !== undefined && undone.has(recorded_at);
  const valid = records.filter((record) => !isUndone(record));
  const ordered = valid.toSorted(
    (a, b) =>
      recordedTime(a) - recordedTime(b) || parseTime(a.in_force_from) - parseTime(b.in_force_from),
  );
  let steps: RecordedStep[] = [];
  for (const record of ordered) {
    const price = record.prices[name];
    if (price === undefined) continue;
    const step = {
      from: parseTime(record.in_force_from),
      recorded: recordedTime(record),
      price,
      assumed: record.origin === "assumed",
      isRepriced: record.origin === "repriced",
    };
    const initial = { ...step, from: Number.NEGATIVE_INFINITY, assumed: price !== null };
    const earlier = steps.length === 0 ? [initial] : steps;
    steps = [...earlier.filter(({ from }) => from < step.from), step];
  }
  return steps;
}

/** Usage before the first price is priced with it, unless an admin said since when it holds. */
function fromBeginning(steps: RecordedStep[]): PriceStep[] {
  const first = steps.findIndex(({ price }) => price !== null);
  const step = steps[first];
  if (first <= 0 || !step || step.isRepriced) return steps;
  return [{ ...step, from: Number.NEGATIVE_INFINITY, assumed: true }, ...steps.slice(first)];
}

/** A price that others wrote and no record holds. */
function externalPriceChange(
  last: RecordedStep | undefined,
  price: number | null,
  updated_at: string | null,
): RecordedStep | null {
  const written = updated_at ? parseTime(updated_at) : Number.NEGATIVE_INFINITY;
  const step = { price, assumed: true, recorded: written, isRepriced: false };
  if (!last) return { ...step, from: Number.NEGATIVE_INFINITY };
  // Older than the record: a list that is some seconds behind, not a change.
  if (price === last.price || written < last.recorded) return null;
  // An external write kept `updated_at`, so the time of the change is unknown.
  return written === last.recorded ? { ...last, assumed: true } : { ...step, from: written };
}

function priceAt(steps: PriceStep[], at: number): PriceAtTime {
  const { price = null, assumed = false } = steps.findLast(({ from }) => from <= at) ?? {};
  return { price, assumed };
}

const recordedTime = ({ recorded_at, in_force_from }: PriceRecord) =>
  parseTime(recorded_at ?? in_force_from);

function parseTime(iso: string): number {
  const time = utcTime(iso);
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}
