import Big from "big.js";
import type { Usage } from "@/lib/completions/schema";

/** USD per 1M tokens; null = not priced. */
type Prices = {
  input_price: number | null;
  output_price: number | null;
  cache_read_price: number | null;
  cache_write_price: number | null;
  /** For tokens cached for an hour; absent or null: the same as other cache writes. */
  cache_write_1h_price?: number | null;
};

const million = new Big(1_000_000);

/**
 * Cost of one call in USD, in exact decimals; null if a count or a required price is unknown.
 * `usage.input_tokens` includes cached tokens, which are priced once: at the cache price, or at the
 * input price without one.
 */
export function costOf(usage: Usage, prices: Prices): number | null {
  if (usage.input_tokens === null || usage.output_tokens === null) return null;
  const read = usage.cache_read_tokens ?? 0;
  const written = usage.cache_write_tokens ?? 0;
  const forAnHour = Math.min(usage.cache_write_1h_tokens ?? 0, written);
  const writePrice = prices.cache_write_price ?? prices.input_price;
  const parts = [
    // If a provider reports more cached tokens than input, no input is uncached.
    [Math.max(0, usage.input_tokens - read - written), prices.input_price],
    [read, prices.cache_read_price ?? prices.input_price],
    [written - forAnHour, writePrice],
    [forAnHour, prices.cache_write_1h_price ?? writePrice],
    [usage.output_tokens, prices.output_price],
  ] as const;
  let sum = new Big(0);
  for (const [tokens, price] of parts) {
    if (tokens === 0) continue;
    if (price === null) return null;
    sum = sum.plus(new Big(tokens).times(price));
  }
  return prices.input_price === null && prices.output_price === null
    ? null
    : sum.div(million).toNumber();
}
