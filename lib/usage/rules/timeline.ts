import type { PriceHistory } from "@/lib/prices/rules/price-history";

/** The model of a metric. */
export type ModelUsage = {
  /** The `pk` of the model's row, or of the row that it would have. */
  pk: string;
  name: string;
  /** Null if no price was ever known. */
  history: PriceHistory | null;
};

/**
 * A row to which a metric's name resolved, with times in milliseconds since 1970; `end` is
 * exclusive.
 */
export type ModelPeriod = { start: number; end: number; model: ModelUsage };

/** The models of a metric over time. */
export type UsageModels = {
  modelAt: (at: number) => ModelUsage;
  /** The times at which the model or its prices change. */
  changes: readonly number[];
  /** From the metric, or derived; absent if neither has one. */
  provider: string | undefined;
  /** True if the metric lacks provider or model, which come from the agent's row instead. */
  isDerived: boolean;
};

export const always = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** @param periods best match first; the first one also applies to times without any */
export function modelTimeline(
  periods: readonly [ModelPeriod, ...ModelPeriod[]],
  provider: string | undefined,
  isDerived: boolean,
): UsageModels {
  const modelAt = (at: number) =>
    (periods.find(({ start, end }) => start <= at && at < end) ?? periods[0]).model;
  const changes = periods.flatMap(({ start, end, model }) => [
    start,
    end,
    ...(model.history?.changes ?? []),
  ]);
  return { modelAt, changes: changes.filter(Number.isFinite), provider, isDerived };
}
