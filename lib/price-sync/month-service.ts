import "server-only";
import { CostAccumulator } from "@/lib/costs/rules/spend";
import { AppError } from "@/lib/errors";
import type { PriceHistory } from "@/lib/prices/rules/price-history";
import { resolveModels } from "@/lib/usage/price-service";
import { readUsageSeries } from "@/lib/usage/reading-service";
import { usageWindow } from "@/lib/usage/rules/window";
import type { UsageFigures } from "@/lib/usage/schema";
import type { PriceEffect } from "./schema";

type Side = { tokens: number; spend: CostAccumulator };
type ModelMonth = { input_price: Side; output_price: Side };
export type Month = {
  /** ISO 8601 UTC. */
  from: string;
  to: string;
  total: UsageFigures;
  stale_because: string | null;
  /** By `pk`. */
  models: Map<string, ModelMonth>;
};

/**
 * Tokens and cost of the last 30 days by model, separately for input and output. If CloudWatch fails,
 * returns the reason.
 */
export async function readMonthlyUsage(): Promise<Month | { unknown_because: string }> {
  try {
    const { reading, staleBecause } = await readUsageSeries(usageWindow({}, Date.now()));
    const { window, series } = reading;
    const findModel = await resolveModels(series);
    const models = new Map<string, ModelMonth>();
    const total = new CostAccumulator();
    for (const { dimensions, input, output } of series) {
      const { pk, history } = findModel(dimensions);
      const month = models.get(pk) ?? { input_price: noTokens(), output_price: noTokens() };
      models.set(pk, month);
      const times = { start: window.start, step: window.period_seconds * 1000 };
      addSide(month.input_price, input, (tokens) => [tokens, 0], history, times);
      addSide(month.output_price, output, (tokens) => [0, tokens], history, times);
    }
    for (const { input_price, output_price } of models.values()) {
      total.include(input_price.spend);
      total.include(output_price.spend);
    }
    return {
      from: new Date(window.start).toISOString(),
      to: new Date(window.end).toISOString(),
      total: total.figures(),
      stale_because: staleBecause,
      models,
    };
  } catch (error) {
    if (error instanceof AppError) return { unknown_because: error.message };
    throw error;
  }
}

/** Cost of the tokens of one side, and their cost at another price (USD per 1M tokens). */
export function priceEffect({ tokens, spend }: Side, price: number): PriceEffect | null {
  if (tokens === 0) return null;
  const changed = new CostAccumulator();
  const held = { price, assumed: false };
  changed.add(
    { input_tokens: tokens, output_tokens: 0 },
    { input_price: held, output_price: held },
  );
  return { paid: spend.figures().cost_usd, would_be: changed.figures().cost_usd ?? 0 };
}

const noTokens = (): Side => ({ tokens: 0, spend: new CostAccumulator() });

function addSide(
  side: Side,
  counts: number[],
  split: (tokens: number) => [input: number, output: number],
  history: PriceHistory | null,
  { start, step }: { start: number; step: number },
): void {
  for (const [index, count] of counts.entries()) {
    if (!count) continue;
    const [input_tokens, output_tokens] = split(count);
    side.tokens += count;
    side.spend.add({ input_tokens, output_tokens }, history?.(start + index * step) ?? null);
  }
}
