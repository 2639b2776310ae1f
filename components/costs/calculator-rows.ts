import { type MonthlyEstimate, monthlyEstimate, type Workload } from "@/lib/costs/rules/calculator";
import type { PricedModel } from "@/lib/costs/schema";
import { describeDoubt } from "@/lib/prices/rules/price-doubts";

/** A model with the cost of the workload on it. */
export type CalculatorRow = PricedModel & { estimate: MonthlyEstimate };

export function calculatorRows(
  models: readonly PricedModel[],
  workload: Workload,
): CalculatorRow[] {
  return models.map((model) => ({ ...model, estimate: monthlyEstimate(model, workload) }));
}

/** A dot of the chart. Both axes are logarithmic, so both values are positive. */
export type Dot = {
  pk: string;
  name: string;
  context: number;
  cost: number;
  fits: boolean;
  /** The doubt about its price; null without one. */
  doubt: string | null;
};
export type DotSeries = { provider_id: string; dots: Dot[] };

/** Dots by provider, and the number of models that cannot be drawn. */
export function buildDots(rows: readonly CalculatorRow[]): {
  series: DotSeries[];
  left_out: number;
} {
  const series = new Map<string, Dot[]>();
  for (const row of rows) {
    const { pk, display_name, provider_id, max_tokens, estimate } = row;
    if (max_tokens === null || !estimate.cost_usd) continue;
    const dots = series.get(provider_id) ?? [];
    series.set(provider_id, dots);
    const fits = estimate.fits !== false;
    dots.push({
      pk,
      name: display_name,
      context: max_tokens,
      cost: estimate.cost_usd,
      fits,
      doubt: describeDoubt(row),
    });
  }
  const drawn = [...series].map(([provider_id, dots]) => ({ provider_id, dots }));
  const count = drawn.reduce((sum, { dots }) => sum + dots.length, 0);
  return { series: drawn, left_out: rows.length - count };
}

const maxTicks = 8;

/** Builds a logarithmic axis with padding and round ticks; values must be positive. */
export function buildAxis(values: readonly number[]): {
  domain: [number, number];
  ticks: number[];
} {
  const [low, high] = [Math.min(...values) / 1.5, Math.max(...values) * 1.5];
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high / low)) + 1 },
    (_, index) => 10 ** (Math.floor(Math.log10(low)) + index),
  );
  const ticksAt = (steps: number[]) =>
    decades
      .flatMap((decade) => steps.map((step) => step * decade))
      .filter((tick) => tick >= low && tick <= high);
  const ticks = ticksAt([1, 2, 5]);
  return { domain: [low, high], ticks: ticks.length > maxTicks ? ticksAt([1]) : ticks };
}
