import {
  type PriceUnit,
  perMillion,
  perThousand,
  perTokenToMillion,
  writeLegacyPrice,
} from "./price";

/**
 * If the ratio of two prices of one model is in this range, they differ by the unit, not by the
 * market.
 */
const unitRatios = { min: 300, max: 3_000 };
/** A price per token read as one per 1M is a million times too low. */
const tokenRatios = { min: 300_000, max: 3_000_000 };
/** No model costs less, in USD per 1M tokens. Read as a price per token, it would be $1,000 per 1M. */
const minPlausible = 0.001;
/** Prices of one provider's models differ by factors up to 100; a larger factor indicates the unit. */
const siblingRatios = { min: 300, max: 100_000 };
/** Fewer prices aren't enough to show what is usual. */
const minSiblings = 3;

/** A price to compare with, USD per 1M tokens. */
export type KnownPrice = { price: number; from: "catalog" | "siblings" | "stored" | "minimum" };

/** The prices to compare with, USD per 1M tokens. */
export type PriceReferences = {
  catalog: number | null;
  /** See `usualPrice`. */
  usual: number | null;
  /** The stored price so far. */
  stored: number | null;
};

/** A price that seems to be in another unit, with that unit and the probable price per 1M tokens. */
export type UnitSuspect = {
  price: number;
  meant: number;
  unit: "1K" | "token";
  known: KnownPrice;
};

/** True if two prices in the same unit are about 1,000 times apart. */
export function isUnitApart(a: number, b: number): boolean {
  return isBetween(a, b, unitRatios);
}

/** True if `price` is about a million times below `known`. */
export function isPerTokenApart(price: number, reference: number): boolean {
  return price < reference && isBetween(price, reference, tokenRatios);
}

/** Equal apart from floating-point noise. */
export function isSamePrice(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(a, b);
}

type Sides = { input_price: number | null; output_price: number | null };

/** Whether a row has a catalog's base-model price, which may differ in its geography. */
export function isAtBasePrice(
  row: Sides,
  listed: (Sides & { region_may_differ: boolean }) | null,
): boolean {
  if (!listed?.region_may_differ) return false;
  return (["input_price", "output_price"] as const).some((name) => {
    const [own, base] = [row[name], listed[name]];
    return own !== null && base !== null && isSamePrice(own, base);
  });
}

/**
 * Detects a price per 1K or per token entered as one per 1M tokens, or one per 1M entered as per 1K, by
 * comparison with the catalog, or else the former price, or else other models of the provider,
 * or else the lowest price of any model. Null if it is plausible.
 * @param price USD per 1M tokens
 * @param typed the unit in which it was typed
 */
export function unitSuspect(
  price: number | null | undefined,
  { catalog, usual, stored }: PriceReferences,
  typed: PriceUnit = "1M",
): UnitSuspect | null {
  if (!price) return null;
  if (catalog) {
    const suspect = suspectBy(price, { price: catalog, from: "catalog" }, typed);
    return suspect ?? (price * unitRatios.min < catalog ? suspectByMinimum(price, typed) : null);
  }
  const bySiblings = usual && ({ price: usual, from: "siblings" } as const);
  // A stored price that is itself implausible must not block its correction.
  const isStoredPlausible =
    stored && stored >= minPlausible && !(bySiblings && suspectBy(stored, bySiblings, "1M"));
  const suspect = isStoredPlausible
    ? suspectBy(price, { price: stored, from: "stored" }, typed)
    : null;
  const compared = suspect ?? (bySiblings ? suspectBy(price, bySiblings, typed) : null);
  return compared ?? suspectByMinimum(price, typed);
}

/** The median price of a provider's models, USD per 1M tokens; null if there are too few. */
export function usualPrice(prices: readonly (number | null)[]): number | null {
  return middleOf(sortedPrices(prices));
}

/**
 * For each of many models, the median of the others. Sorts once, because a sort per model would
 * block the server for seconds with thousands of models.
 */
export function usualPriceOfOthers(
  prices: readonly (number | null)[],
): (own: number | null) => number | null {
  const sorted = sortedPrices(prices);
  const places = new Map(sorted.map((price, index) => [price, index]));
  return (own) => middleOf(sorted, own === null ? undefined : places.get(own));
}

const sortedPrices = (prices: readonly (number | null)[]) =>
  prices.flatMap((price) => (price ? [price] : [])).sort((a, b) => a - b);

/** The median of sorted prices without the one at index `except`. */
function middleOf(sorted: readonly number[], except?: number): number | null {
  const count = sorted.length - (except === undefined ? 0 : 1);
  if (count < minSiblings) return null;
  const middle = Math.floor(count / 2);
  return sorted[except !== undefined && middle >= except ? middle + 1 : middle] ?? null;
}

function suspectBy(price: number, reference: KnownPrice, typed: PriceUnit): UnitSuspect | null {
  const ratios = reference.from === "siblings" ? siblingRatios : unitRatios;
  if (isBetween(price, reference.price, ratios)) {
    const meant = price > reference.price ? perThousand(price) : perMillion(price);
    // Siblings only show the order of magnitude, which may be that of a price per token.
    if (reference.from !== "siblings" || meant >= minPlausible) {
      return { price, meant, unit: "1K", known: reference };
    }
  }
  const isPerToken =
    reference.from === "siblings" ? price < minPlausible : isPerTokenApart(price, reference.price);
  return isPerToken
    ? { price, meant: readPerToken(price, typed), unit: "token", known: reference }
    : null;
}

function suspectByMinimum(price: number, typed: PriceUnit): UnitSuspect | null {
  if (price >= minPlausible) return null;
  const known = { price: minPlausible, from: "minimum" } as const;
  return { price, meant: readPerToken(price, typed), unit: "token", known };
}

/** The typed number, read as USD per token and converted to USD per 1M tokens. */
function readPerToken(price: number, typed: PriceUnit): number {
  return perTokenToMillion(writeLegacyPrice(price, typed));
}

function isBetween(a: number, b: number, { min, max }: typeof unitRatios): boolean {
  if (a <= 0 || b <= 0) return false;
  const ratio = Math.max(a, b) / Math.min(a, b);
  return ratio >= min && ratio <= max;
}
