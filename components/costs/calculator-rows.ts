import { type MonthlyEstimate, monthlyEstimate, type Workload } from "@/lib/costs/rules/calculator";
import type { PricedModel } from "@/lib/costs/schema";

/** A model with what the workload would cost on it. */
export type CalculatorRow = PricedModel & { estimate: MonthlyEstimate };

export function calculatorRows(
  models: readonly PricedModel[],
  workload: Workload,
): CalculatorRow[] {
  return models.map((model) => ({ ...model, estimate: monthlyEstimate(model, workload) }));
}

/** A dot of the chart; both axes are logarithmic, so both values are above 0. */
export type Dot = { pk: string; name: string; context: number; cost: number; fits: boolean };
export type DotSeries = { provider_id: string; dots: Dot[] };

/** The models by provider as they are drawn, and how many have no place in the chart. */
export function dotsOf(rows: readonly CalculatorRow[]): { series: DotSeries[]; left_out: number } {
  const series = new Map<string, Dot[]>();
  for (const { pk, display_name, provider_id, max_tokens, estimate } of rows) {
    if (max_tokens === null || !estimate.cost_usd) continue;
    const dots = series.get(provider_id) ?? [];
    series.set(provider_id, dots);
    const fits = estimate.fits !== false;
    dots.push({ pk, name: display_name, context: max_tokens, cost: estimate.cost_usd, fits });
  }
  const drawn = [...series].map(([provider_id, dots]) => ({ provider_id, dots }));
  const count = drawn.reduce((sum, { dots }) => sum + dots.length, 0);
  return { series: drawn, left_out: rows.length - count };
}

const mostTicks = 8;

/** A logarithmic axis with some air around all values (each above 0), ticked at round ones. */
export function axisOf(values: readonly number[]): { domain: [number, number]; ticks: number[] } {
  const [low, high] = [Math.min(...values) / 1.5, Math.max(...values) * 1.5];
  const decades = Array.from(
    { length: Math.ceil(Math.log10(high / low)) + 1 },
    (_, index) => 10 ** (Math.floor(Math.log10(low)) + index),
  );
  const ticksAt = (steps: number[]) =>
    decades
      .flatMap((decade) => steps.map((step) => step * decade))
      .filter((tick) => tick >= low && tick <= high);
  const fine = ticksAt([1, 2, 5]);
  return { domain: [low, high], ticks: fine.length > mostTicks ? ticksAt([1]) : fine };
}
