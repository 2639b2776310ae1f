import type { PricedRow } from "@/lib/costs/call-cost-service";
import { type CallPrices, pricesOfCall } from "./call-prices";
import { costOf } from "./cost";

/** USD; null without a price. */
export type EstimatedCost = { expected: number | null; max: number | null };

/** Bytes of a request per token: a typical value, and the lowest that is assumed. */
export const bytesPerToken = { expected: 4, min: 2 };

/** The cost of texts of these lengths, answered in at most this many tokens. */
export function textCost(
  model: PricedRow | null,
  bytes: number,
  output: { expected: number; max: number },
): EstimatedCost {
  return costOfTokens(model, {
    expected: { input: Math.ceil(bytes / bytesPerToken.expected), output: output.expected },
    max: { input: Math.ceil(bytes / bytesPerToken.min), output: output.max },
  });
}

type Tokens = { input: number; output: number };

/**
 * The expected cost of a call now, and the maximum: at the dearest hours, with all input written to
 * a cache.
 */
export function costOfTokens(
  model: PricedRow | null,
  { expected, max }: { expected: Tokens; max: Tokens },
): EstimatedCost {
  const cost = ({ input: input_tokens, output: output_tokens }: Tokens, at: Date | null) => {
    if (!model) return null;
    const prices = pricesOfCall(model, model.listed, { input_tokens, at });
    return costOf({ input_tokens, output_tokens }, dearest(prices));
  };
  return { expected: cost(expected, new Date()), max: cost(max, null) };
}

/** Input that is written to a cache may cost more than other input. */
function dearest({ input_price, output_price, cache_write_price }: CallPrices) {
  const input = input_price === null ? null : Math.max(input_price, cache_write_price ?? 0);
  return {
    input_price: input,
    output_price,
    cache_read_price: null,
    cache_write_price: null,
  };
}
