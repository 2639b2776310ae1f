import type { PriceHistory } from "@/lib/prices/rules/price-history";

/** The model of a metric. */
export type ModelUsage = {
  /** The `pk` of the model's row, or of the row that it would have. */
  pk: string;
  name: string;
  /** Null if no price was ever known. */
  history: PriceHistory | null;
};

/** A row that a metric's name stood for, in milliseconds since 1970; `end` is not part of it. */
export type ModelPeriod = { start: number; end: number; model: ModelUsage };

/** The models of a metric over time. */
export type UsageModels = {
  modelAt: (at: number) => ModelUsage;
  /** When the model or its prices change. */
  changes: readonly number[];
  /** As the metric has it, or derived; absent if neither. */
  provider: string | undefined;
  /** The metric has no provider or no model: its agent's row says which. */
  isDerived: boolean;
};

export const always = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY };

/** @param periods best match first; the first one also applies where none does */
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
