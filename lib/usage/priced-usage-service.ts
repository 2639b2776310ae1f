import "server-only";
import { mapConcurrently } from "@/lib/batches";
import { AppError } from "@/lib/errors";
import type { ModelsWithNotes } from "@/lib/models/reference-service";
import { type Catalog, loadCatalog } from "@/lib/prices/catalog-repository";
import type { PricesAtTime } from "@/lib/prices/rules/price-history";
import { providerIdOf } from "@/lib/providers/schema";
import type { TooLow } from "@/lib/too-low";
import type { UsageSeries } from "./metrics-repository";
import { resolveModels } from "./price-service";
import { type ForeignSeries, type OwnSeries, readHours, readUsageSeries } from "./reading-service";
import { dimensionsId } from "./rules/dimensions";
import { daysToSplit, type PricedSeries, slotsOf } from "./rules/priced-series";
import { uncountedTokens, undecidedPrices } from "./rules/too-low";
import type { UsageWindow } from "./rules/window";

export type PricedUsage = {
  window: UsageWindow;
  /** When CloudWatch was queried, milliseconds since 1970. */
  startedAt: number;
  /** Why that isn't now, if CloudWatch failed. */
  staleBecause: string | null;
  series: PricedSeries[];
  /** Other environments' usage in the window, without prices. */
  foreign: ForeignSeries[];
};

const daysConcurrency = 4;

/**
 * The usage of a window with its models and prices over time. Reports, budgets, exports and price
 * previews all sum up this result.
 * @param registered the models, if the caller reads them already
 * @param splitAt times whose days are also read by the hour, milliseconds since 1970
 * @throws AppError `aws_unavailable` if CloudWatch has never answered
 */
export async function readPricedUsage(
  requested: UsageWindow,
  registered?: Promise<ModelsWithNotes>,
  splitAt: readonly number[] = [],
): Promise<PricedUsage> {
  const { reading, staleBecause } = await readUsageSeries(requested);
  const { window, series, foreign, startedAt } = reading;
  const [catalog, findModels] = await Promise.all([
    loadCatalog(),
    resolveModels(series, window.start, registered),
  ]);
  const used = series.map((entry) => ({ ...entry, models: findModels(entry.dimensions) }));
  const { hours, hoursStaleBecause } = await readSplitDays(used, window, splitAt);
  return {
    window,
    startedAt,
    staleBecause: staleBecause ?? hoursStaleBecause,
    foreign,
    series: used.map(({ dimensions, models, isRegistered, ...tokens }) => ({
      dimensions,
      models,
      isRegistered,
      tooLow: (pk, prices) => tooLowOf(catalog, pk, prices),
      slots: slotsOf(tokens, window, hours.get(dimensionsId(dimensions))),
    })),
  };
}

function tooLowOf(catalog: Catalog, pk: string, prices: PricesAtTime | null): TooLow[] {
  const at = pk.indexOf("#");
  const [provider, model_id] = [pk.slice(0, Math.max(at, 0)), pk.slice(at + 1)];
  const uncounted = uncountedTokens(providerIdOf(provider), model_id);
  const undecided = undecidedPrices(catalog.price(provider, model_id), prices);
  return uncounted ? [uncounted, ...undecided] : undecided;
}

type Used = OwnSeries & Pick<PricedSeries, "models">;

/** The hours of the days to split, by dimensions and day. */
async function readSplitDays(used: Used[], window: UsageWindow, splitAt: readonly number[]) {
  const byDay = new Map<number, Used[]>();
  for (const entry of used) {
    const changes = [...entry.models.changes, ...splitAt];
    for (const day of daysToSplit({ changes }, window)) {
      const { input, output } = tokensOfDay(entry, day, window);
      if (input + output === 0) continue;
      byDay.set(day, [...(byDay.get(day) ?? []), entry]);
    }
  }
  const hours = new Map<string, Map<number, UsageSeries>>();
  let hoursStaleBecause: string | null = null;
  await mapConcurrently([...byDay], daysConcurrency, async ([day, entries]) => {
    const tokens = entries.map((entry) => {
      return { dimensions: entry.dimensions, ...tokensOfDay(entry, day, window) };
    });
    // Without hours the day is priced as a unit, and the answer reports it.
    const { series, staleBecause } = await readHours(day, tokens).catch((error: unknown) => {
      if (error instanceof AppError) return { series: [], staleBecause: error.message };
      throw error;
    });
    hoursStaleBecause ??= staleBecause;
    for (const entry of series) {
      const id = dimensionsId(entry.dimensions);
      const days = hours.get(id) ?? new Map<number, UsageSeries>();
      hours.set(id, days.set(day, entry));
    }
  });
  return { hours, hoursStaleBecause };
}

function tokensOfDay({ input, output }: Used, day: number, window: UsageWindow) {
  const index = (day - window.start) / (window.period_seconds * 1000);
  return { input: input[index] ?? 0, output: output[index] ?? 0 };
}
