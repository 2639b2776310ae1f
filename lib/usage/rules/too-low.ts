import type { CatalogPrice } from "@/lib/prices/rules/layers";
import { isSamePrice } from "@/lib/prices/rules/price-guard";
import type { PricesAtTime } from "@/lib/prices/rules/price-history";
import type { ProviderId } from "@/lib/providers/schema";
import type { TooLow } from "@/lib/too-low";

/** The tokens that the runtime doesn't count for a model. */
export function uncountedTokens(provider: ProviderId | null, model_id: string): TooLow | null {
  if (provider === "anthropic") return "cache_tokens";
  return provider === "google" && thinks(model_id) ? "thinking_tokens" : null;
}

/** Gemini thinks by default since 2.5, except 2.5 Flash-Lite (ai.google.dev, "Gemini thinking"). */
const thinks = (model_id: string) =>
  /gemini-(?!1\.|2\.0|2\.5-flash-lite)/.test(model_id) || model_id.includes("thinking");

/**
 * Prices that depend on the length or the minute of a call, which metrics don't have. A catalog's
 * prices count only if the model has the catalog's price.
 */
export function undecidedPrices(
  listed: CatalogPrice | null,
  prices: Pick<PricesAtTime, "input_price" | "output_price"> | null,
): TooLow[] {
  if (!listed || !prices || (listed.match === "family" && !listed.region_may_differ)) return [];
  const isListed = (["input_price", "output_price"] as const).some((name) => {
    const [own, theirs] = [prices[name].price, listed[name]];
    return own !== null && theirs !== null && isSamePrice(own, theirs);
  });
  if (!isListed) return [];
  return [
    ...(listed.tiers ? (["long_calls"] as const) : []),
    ...(listed.windows.length > 0 ? (["peak_hours"] as const) : []),
  ];
}
