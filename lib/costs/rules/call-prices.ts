import type { CallPriceNotes } from "@/lib/costs/schema";
import {
  type CatalogTier,
  catalogPriceNames,
  isWithin,
  type PriceWindow,
  type TokenPrices,
} from "@/lib/prices/rules/catalog-model";
import type { CatalogPrice } from "@/lib/prices/rules/layers";
import { isAtBasePrice, isSamePrice } from "@/lib/prices/rules/price-guard";

/** A registered model's prices, USD per 1M tokens. */
export type RowPrices = Omit<TokenPrices, "cache_write_1h_price">;

/** The prices of one call, and why they differ from the base prices. */
export type CallPrices = TokenPrices & {
  /** The threshold of the long-context prices that apply. */
  above_input_tokens: number | null;
  /** The hours whose prices apply. */
  hours: PriceWindow | null;
};

/**
 * Which prices a call is charged at, if they aren't the model's own base prices.
 * @param isByFamily the row has them from another model of the family
 */
export function callPriceNotes(
  row: RowPrices,
  listed: Pick<CatalogPrice, "input_price" | "output_price" | "region_may_differ"> | null,
  { above_input_tokens, hours }: CallPrices,
  isByFamily: boolean,
): CallPriceNotes {
  return {
    ...(isAtBasePrice(row, listed)
      ? { price_region_may_differ: true }
      : isByFamily && { price_by_family: true }),
    ...(above_input_tokens !== null && { price_above_input_tokens: above_input_tokens }),
    ...(hours && {
      price_hours: { from: hours.from, to: hours.to, is_peak: isDearer(hours.prices, listed) },
    }),
  };
}

type Sides = Pick<TokenPrices, "input_price" | "output_price">;
const sumOf = ({ input_price, output_price }: Sides) => (input_price ?? 0) + (output_price ?? 0);
const isDearer = (prices: Sides, listed: Sides | null) =>
  listed !== null && sumOf(prices) > sumOf(listed);

type Listed = Pick<CatalogPrice, keyof TokenPrices | "match" | "region_may_differ" | "windows"> & {
  tiers?: CatalogTier[];
};

/**
 * The prices of a call with this many input tokens. A price of the row's own says nothing about long calls
 * or hours, so the catalog's tiers and hours count only where the row has the catalog's price.
 * @param listed the catalogs' price of the model on that day; one by family is ignored
 * @param at null for the dearest hour
 */
export function pricesOfCall(
  row: RowPrices,
  listed: Listed | null,
  { input_tokens, at }: { input_tokens: number | null; at: Date | null },
): CallPrices {
  const base = { ...row, cache_write_1h_price: null, above_input_tokens: null, hours: null };
  const isFamily = listed?.match === "family" && !listed.region_may_differ;
  if (!listed || isFamily) return base;
  const isListed = (name: "input_price" | "output_price") => isSame(row[name], listed[name]);
  const sides = { input: isListed("input_price"), output: isListed("output_price") };
  const tier = listed.tiers?.findLast((some) => (input_tokens ?? 0) > some.above_input_tokens);
  const hours = tier ? undefined : windowAt(listed.windows, at);
  const other = tier ?? hours?.prices;
  const prices: CallPrices = { ...base };
  for (const name of catalogPriceNames) {
    if (!(name === "output_price" ? sides.output : sides.input)) continue;
    const own = name === "cache_write_1h_price" ? null : row[name];
    const isOwn = own !== null && !isSame(own, listed[name]);
    prices[name] = isOwn ? own : (other?.[name] ?? listed[name] ?? own);
  }
  if (row.cache_write_price !== null && !isSame(row.cache_write_price, listed.cache_write_price)) {
    prices.cache_write_1h_price = null;
  }
  if (other && (sides.input || sides.output)) {
    prices.above_input_tokens = tier?.above_input_tokens ?? null;
    prices.hours = hours ?? null;
  }
  return prices;
}

const isSame = (a: number | null, b: number | null) =>
  a !== null && b !== null && isSamePrice(a, b);

function windowAt(windows: readonly PriceWindow[], at: Date | null): PriceWindow | undefined {
  if (at) return windows.find((window) => isWithin(window, at));
  return windows.toSorted((a, b) => sumOf(b.prices) - sumOf(a.prices))[0];
}
