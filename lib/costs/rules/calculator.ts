import type { PricedModel } from "@/lib/costs/schema";
import { costOf } from "./cost";

/** A month is counted with 30 days, as usage of "the last 30 days" is. */
export const daysPerMonth = 30;

/** What one call takes, and how often it is made. */
export type Workload = {
  /** Cached tokens included. */
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  calls_per_day: number;
};

export type MonthlyEstimate = {
  /** USD for 30 days; null when a price that it needs is not known. */
  cost_usd: number | null;
  /** One call needs more than the context window holds; null when that is not known. */
  fits: boolean | null;
  /** Calls of this length are priced apart from this many input tokens on. */
  long_context_above: number | null;
  /** Cached tokens were priced as input, because no price of their own is known. */
  cached_as_input: boolean;
};

/** What the workload costs on the model in 30 days, in decimal and without float drift. */
export function monthlyEstimate(model: PricedModel, workload: Workload): MonthlyEstimate {
  const { input_tokens, output_tokens, cached_tokens, calls_per_day } = workload;
  const calls = calls_per_day * daysPerMonth;
  const usage = {
    input_tokens: input_tokens * calls,
    output_tokens: output_tokens * calls,
    cache_read_tokens: cached_tokens * calls,
  };
  const long = model.long_context.findLast((tier) => input_tokens > tier.above_input_tokens);
  const prices = pricesFor(model, long);
  const { max_tokens } = model;
  return {
    cost_usd: costOf(usage, prices),
    fits: max_tokens === null ? null : input_tokens + output_tokens <= max_tokens,
    long_context_above: long?.above_input_tokens ?? null,
    cached_as_input: cached_tokens > 0 && prices.cache_read_price === null,
  };
}

/** What these tokens cost on the model, in USD; null when a price that they need is not known. */
export function costWithModel(
  model: PricedModel,
  tokens: { input_tokens: number; output_tokens: number },
): number | null {
  return costOf(tokens, pricesFor(model, undefined));
}

/** A side for which the longer call has no price of its own keeps the base price. */
function pricesFor(model: PricedModel, long: PricedModel["long_context"][number] | undefined) {
  return {
    input_price: long?.input_price ?? model.input_price,
    output_price: long?.output_price ?? model.output_price,
    cache_read_price: long?.cache_read_price ?? model.cache_read_price,
    cache_write_price: null,
  };
}
