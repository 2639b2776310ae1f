import type { PricesAtTime } from "@/lib/prices/rules/price-history";
import type { TooLow } from "@/lib/too-low";
import type { Dimensions } from "./dimensions";
import type { UsageModels } from "./timeline";
import type { UsageWindow } from "./window";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Tokens of an hour, or of a day on which prices didn't change. */
export type Slot = {
  /** Start of the period of the report, milliseconds since 1970. */
  at: number;
  /** The time whose prices apply: the start of the hour, or of the day. */
  pricedAt: number;
  input: number;
  output: number;
};

/** Tokens by period of one set of dimensions, and their model over time. */
export type PricedSeries = {
  dimensions: Dimensions;
  models: UsageModels;
  /** True if a row of AgentRegistry names the agent. */
  isRegistered: boolean;
  slots: Slot[];
  /** Why a model's cost is too low at these prices. */
  tooLow?: (pk: string, prices: PricesAtTime | null) => readonly TooLow[];
};

type Tokens = { input: number[]; output: number[] };

/**
 * The days on which a price, or the row behind a name, changes. They are priced by the hour, so
 * that a day costs the sum of its hours. An hour is priced at its start.
 */
export function daysToSplit(
  { changes }: Pick<UsageModels, "changes">,
  { start, end, period_seconds }: UsageWindow,
): number[] {
  if (period_seconds * 1000 !== dayMs) return [];
  const days = changes.flatMap((at) => {
    const firstHour = Math.ceil(at / hourMs) * hourMs;
    const day = Math.floor(firstHour / dayMs) * dayMs;
    return firstHour === day || day < start || day >= end ? [] : [day];
  });
  return [...new Set(days)];
}

/** @param hours tokens by the hour of the days to split, keyed by the start of the day */
export function slotsOf(
  { input, output }: Tokens,
  { start, period_seconds }: UsageWindow,
  hours: ReadonlyMap<number, Tokens> = new Map(),
): Slot[] {
  const slots = input.flatMap((tokens, index): Slot[] => {
    const at = start + index * period_seconds * 1000;
    const split = hours.get(at);
    if (!split) return [{ at, pricedAt: at, input: tokens, output: output[index] ?? 0 }];
    return split.input.map((inHour, hour) => ({
      at,
      pricedAt: at + hour * hourMs,
      input: inHour,
      output: split.output[hour] ?? 0,
    }));
  });
  return slots.filter((slot) => slot.input > 0 || slot.output > 0);
}
