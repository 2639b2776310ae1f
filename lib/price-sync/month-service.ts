import "server-only";
import { CostAccumulator } from "@/lib/costs/rules/spend";
import { AppError } from "@/lib/errors";
import { readPricedUsage } from "@/lib/usage/priced-usage-service";
import type { PricedSeries, Slot } from "@/lib/usage/rules/priced-series";
import { addSlot } from "@/lib/usage/rules/report";
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
 * Tokens and cost of the last 30 days by model, separately for input and output. Returns the reason
 * if CloudWatch fails.
 */
export async function readMonthlyUsage(): Promise<Month | { unknown_because: string }> {
  try {
    const usage = await readPricedUsage(usageWindow({}, Date.now()));
    const { window, series, staleBecause } = usage;
    const models = new Map<string, ModelMonth>();
    const total = new CostAccumulator();
    for (const entry of series) {
      for (const slot of entry.slots) {
        const { pk } = entry.models.modelAt(slot.pricedAt);
        const month = models.get(pk) ?? { input_price: noTokens(), output_price: noTokens() };
        models.set(pk, month);
        addSide(month.input_price, entry, { ...slot, output: 0 });
        addSide(month.output_price, entry, { ...slot, input: 0 });
      }
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

/** The cost of one side's tokens, and their cost at another price (USD per 1M tokens). */
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

function addSide(side: Side, series: PricedSeries, slot: Slot): void {
  side.tokens += slot.input + slot.output;
  addSlot(side.spend, series, slot);
}
