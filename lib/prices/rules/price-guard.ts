import { perMillion, perThousand } from "./price";

/** Between these ratios two prices of one model differ by a unit, per 1K for per 1M, not by a market. */
const unitRatios = { least: 300, most: 3_000 };
/** Between cheap and dear models of one provider lie factors of 100: beyond these it is the unit. */
const siblingRatios = { least: 300, most: 100_000 };
/** Fewer prices than this say nothing of what is usual at a provider. */
const fewestSiblings = 3;

/** What a price is held against, USD per 1M tokens. */
export type KnownPrice = { price: number; from: "catalog" | "siblings" | "stored" };

/** All that a price can be held against, USD per 1M tokens. */
export type PriceReferences = {
  catalog: number | null;
  /** What other models of the provider usually cost, see `usualPrice`. */
  usual: number | null;
  /** What it was until now. */
  stored: number | null;
};

/** A price that looks as if it was given in the other unit, and what was probably meant. */
export type UnitSuspect = { price: number; meant: number; known: KnownPrice };

/** True when the prices (in one unit, whichever) are about 1,000 times apart. */
export function isUnitApart(one: number, other: number): boolean {
  return isBetween(one, other, unitRatios);
}

/** Prices carry few digits; a billionth apart is float noise. */
export function isSamePrice(one: number, other: number): boolean {
  return Math.abs(one - other) <= 1e-9 * Math.max(one, other);
}

/**
 * Whether a price looks as if it was given per 1K for per 1M tokens, or the other way round: held
 * against the catalog's, else its former one, else what siblings cost. Null when nothing looks wrong.
 * @param price USD per 1M tokens
 */
export function unitSuspect(
  price: number | null | undefined,
  { catalog, usual, stored }: PriceReferences,
): UnitSuspect | null {
  if (!price) return null;
  if (catalog) return suspectBy(price, { price: catalog, from: "catalog" });
  const bySiblings = usual && ({ price: usual, from: "siblings" } as const);
  // A former price that is wrong by its siblings says nothing against the one that puts it right.
  const isStoredSound = stored && !(bySiblings && suspectBy(stored, bySiblings));
  const byStored = isStoredSound ? suspectBy(price, { price: stored, from: "stored" }) : null;
  return byStored ?? (bySiblings ? suspectBy(price, bySiblings) : null);
}

/** What models of one provider usually cost, USD per 1M tokens; null when too few say so. */
export function usualPrice(prices: readonly (number | null)[]): number | null {
  return middleOf(sortedPrices(prices));
}

/**
 * The same for each of many models against the others. The prices are sorted once: with thousands
 * of models a sort for each of them holds up the server for seconds.
 * @returns for one of `prices`, what the rest of them usually cost
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

/** The middle of sorted prices, without the one at the place `except`. */
function middleOf(sorted: readonly number[], except?: number): number | null {
  const count = sorted.length - (except === undefined ? 0 : 1);
  if (count < fewestSiblings) return null;
  const middle = Math.floor(count / 2);
  return sorted[except !== undefined && middle >= except ? middle + 1 : middle] ?? null;
}

function suspectBy(price: number, known: KnownPrice): UnitSuspect | null {
  const ratios = known.from === "siblings" ? siblingRatios : unitRatios;
  if (!isBetween(price, known.price, ratios)) return null;
  const meant = price > known.price ? perThousand(price) : perMillion(price);
  return { price, meant, known };
}

function isBetween(one: number, other: number, { least, most }: typeof unitRatios): boolean {
  if (one <= 0 || other <= 0) return false;
  const ratio = Math.max(one, other) / Math.min(one, other);
  return ratio >= least && ratio <= most;
}
