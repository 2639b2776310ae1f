import type { PricedModel } from "@/lib/costs/schema";
import { costOf } from "./cost";

/** As in "the last 30 days" of usage. */
export const daysPerMonth = 30;

export type Workload = {
  /** Cached tokens included. */
  input_tokens: number;
  output_tokens: number;
  cached_tokens: number;
  calls_per_day: number;
};

export type MonthlyEstimate = {
  /** USD for 30 days; null if a required price is unknown. */
  cost_usd: number | null;
  /** Whether one call fits the context window; null if that is unknown. */
  fits: boolean | null;
  /** Threshold of the long-context price that applies, in input tokens. */
  long_context_above: number | null;
  /** Cached tokens were priced as input for lack of a cache price. */
  cached_as_input: boolean;
};

/** Cost of the workload on the model in 30 days, in exact decimals. */
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

/** Cost of these tokens on the model in USD; null if a required price is unknown. */
export function costWithModel(
  model: PricedModel,
  tokens: { input_tokens: number; output_tokens: number },
): number | null {
  return costOf(tokens, pricesFor(model, undefined));
}

/** Prices that a long-context tier lacks stay at the base price. */
function pricesFor(model: PricedModel, long: PricedModel["long_context"][number] | undefined) {
  return {
    input_price: long?.input_price ?? model.input_price,
    output_price: long?.output_price ?? model.output_price,
    cache_read_price: long?.cache_read_price ?? model.cache_read_price,
    cache_write_price: null,
  };
}
