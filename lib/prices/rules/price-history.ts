import type { PriceProvenance } from "@/lib/prices/schema";
import { utcTime } from "@/lib/utc-time";
import { type OtherPrice, otherPriceOf, type PriceDoubts } from "./price-doubts";

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
  /**
   * `repriced`: an admin entered since when it holds. `assumed`: seen later, so the start is
   * unknown.
   */
  origin?: "repriced" | "assumed";
  /** `recorded_at` of a repricing that this record undoes. */
  undoes?: string;
  /** USD per 1M tokens; null = not priced. */
  prices: Partial<Record<string, number | null>>;
  /** Provenance of the named prices; absent if they were written outside the console. */
  provenance?: Partial<Record<string, PriceProvenance>>;
};

/** The prices in a model's row, their origin, and when the row was last written. */
type Current<Name extends string> = Record<Name, number | null> & {
  updated_at: string | null;
} & Omit<PriceDoubts, "price_unit">;
export type CurrentPrices = Current<PriceName>;

/** A price at some time; `assumed` if no record confirms it; `other` if it isn't the model's own. */
export type PriceAtTime = { price: number | null; assumed: boolean; other?: OtherPrice };
export type PricesAtTime = Record<PriceName, PriceAtTime>;

/** The prices at a time in milliseconds since 1970, and the times at which they change. */
export type PriceHistory = ((at: number) => PricesAtTime) & { changes: readonly number[] };

/**
 * The prices of a model over time. Before its first known price, that price is assumed; without
 * records, the current one. An external write after the last record counts from `updated_at`, as
 * assumed; if that time didn't change, the recorded price stays, assumed from then on.
 * @param present null if the model is no longer registered or can't be read
 */
export function priceHistory(records: PriceRecord[], present: CurrentPrices | null): PriceHistory {
  const input = priceSteps("input_price", records, present);
  const output = priceSteps("output_price", records, present);
  const changes = [...input, ...output].map(({ from }) => from).filter(Number.isFinite);
  return Object.assign(
    (at: number) => ({
      input_price: priceAt("input_price", input, at, present),
      output_price: priceAt("output_price", output, at, present),
    }),
    { changes },
  );
}

/** A price from a time on, in milliseconds since 1970; minus infinity: from the beginning. */
export type PriceStep = PriceAtTime & { from: number; provenance?: PriceProvenance };
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
  return fromBeginning(steps).map(({ from, price, assumed, provenance }) => ({
    from,
    price,
    assumed,
    ...(provenance && { provenance }),
  }));
}

/** From the time at which it comes into force, a record replaces earlier ones. */
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
      ...(record.provenance?.[name] && { provenance: record.provenance[name] }),
    };
    const initial = { ...step, from: Number.NEGATIVE_INFINITY, assumed: price !== null };
    const earlier = steps.length === 0 ? [initial] : steps;
    steps = [...earlier.filter(({ from }) => from < step.from), step];
  }
  return steps;
}

/** Usage before the first price is priced with it, unless an admin entered since when it holds. */
function fromBeginning(steps: RecordedStep[]): PriceStep[] {
  const first = steps.findIndex(({ price }) => price !== null);
  const step = steps[first];
  if (first <= 0 || !step || step.isRepriced) return steps;
  return [{ ...step, from: Number.NEGATIVE_INFINITY, assumed: true }, ...steps.slice(first)];
}

/** A price that was written externally and isn't recorded. */
function externalPriceChange(
  last: RecordedStep | undefined,
  price: number | null,
  updated_at: string | null,
): RecordedStep | null {
  const written = updated_at ? parseTime(updated_at) : Number.NEGATIVE_INFINITY;
  const step = { price, assumed: true, recorded: written, isRepriced: false };
  if (!last) return { ...step, from: Number.NEGATIVE_INFINITY };
  // Older than the record: the list is some seconds behind, so this isn't a change.
  if (price === last.price || written < last.recorded) return null;
  // An external write kept `updated_at`, so the time of the change is unknown.
  return written === last.recorded ? { ...last, assumed: true } : { ...step, from: written };
}

function priceAt(
  name: PriceName,
  steps: PriceStep[],
  at: number,
  present: CurrentPrices | null,
): PriceAtTime {
  const { price = null, assumed = false, provenance } = steps.findLast((s) => s.from <= at) ?? {};
  if (price === null) return { price, assumed };
  // A price that an admin has confirmed since is the model's own, also before that.
  const other = present?.[name] === price ? otherPriceOf(present, name) : recordedOther(provenance);
  return { price, assumed, ...(other && { other }) };
}

function recordedOther(provenance: PriceProvenance | undefined): OtherPrice | null {
  if (provenance?.region_may_differ) return "base_price";
  return provenance?.match === "family" ? "by_family" : null;
}

const recordedTime = ({ recorded_at, in_force_from }: PriceRecord) =>
  parseTime(recorded_at ?? in_force_from);

function parseTime(iso: string): number {
  const time = utcTime(iso);
  return Number.isNaN(time) ? Number.NEGATIVE_INFINITY : time;
}
