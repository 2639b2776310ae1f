import Big from "big.js";

/** Stored prices are per 1M tokens; per 1K is a way to show and type them. */
export type PriceUnit = "1M" | "1K";

type LegacyPrice = {
  /** USD per 1M tokens. */
  price: number;
  /** The unit in which the row stores it. */
  unit: PriceUnit;
  /** True if no catalog price decided the unit, so that an admin should confirm it. */
  assumed: boolean;
};

/** Without a catalog price, values from here on are USD per 1M tokens (docs/contract.md, Data). */
const minPerMillion = 0.02;

/** USD per 1M tokens -> USD per 1K tokens, an exact decimal shift: 0.15 -> 0.00015. */
export function perThousand(pricePer1M: number): number {
  return shift(pricePer1M, "0.001");
}

/** USD per 1K tokens -> USD per 1M tokens, an exact decimal shift: 0.00015 -> 0.15. */
export function perMillion(pricePer1K: number): number {
  return shift(pricePer1K, "1000");
}

/** USD per token -> USD per 1M tokens, an exact decimal shift: 1.5e-7 -> 0.15. */
export function perTokenToMillion(pricePerToken: number): number {
  return shift(pricePerToken, "1000000");
}

/**
 * A price (USD per 1M tokens) as the value of a field, with all digits, so that saving an untouched
 * field changes nothing. To display a price, see lib/format.
 */
export function exactPrice(price: number, unit: PriceUnit): string {
  const exact = new Big(writeLegacyPrice(price, unit));
  const decimals = exact.toFixed().split(".")[1]?.length ?? 0;
  // `parseNumber` rejects 1.125 as ambiguous, but accepts 1.1250.
  const isAmbiguous = decimals === 3 && exact.gte(1) && exact.lt(1000);
  return exact.toFixed(isAmbiguous ? 4 : Math.max(2, decimals));
}

/**
 * Reads an `*_price_per_1k` attribute, whose unit older tools disagree on: the reading nearer to the
 * catalog price on a log scale, or per 1M tokens from 0.02 on.
 * @param stored a negative number keeps its sign; the caller rejects it
 * @param catalog USD per 1M tokens; null and 0 are ignored
 */
export function readLegacyPrice(stored: number, catalog: number | null): LegacyPrice {
  if (stored === 0) return { price: 0, unit: "1M", assumed: false };
  const decided = catalog !== null && catalog > 0;
  const isPerMillion = decided
    ? isNearerPerMillion(stored, catalog)
    : Math.abs(stored) >= minPerMillion;
  const unit = isPerMillion ? "1M" : "1K";
  return { price: isPerMillion ? stored : perMillion(stored), unit, assumed: !decided };
}

/** A price (USD per 1M tokens) as a number in that unit. */
export function writeLegacyPrice(pricePer1M: number, unit: PriceUnit): number {
  return unit === "1M" ? pricePer1M : perThousand(pricePer1M);
}

function shift(price: number, factor: string): number {
  return new Big(price).times(factor).toNumber();
}

/**
 * |log s - log c| <= |log 1000s - log c| is equivalent to 1000 s² >= c², which decimals decide
 * without rounding a logarithm.
 */
function isNearerPerMillion(stored: number, catalog: number): boolean {
  return new Big(stored).pow(2).times(1000).gte(new Big(catalog).pow(2));
}
