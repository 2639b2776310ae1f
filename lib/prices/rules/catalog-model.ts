import type { ProviderId } from "@/lib/providers/schema";

/** Where a catalog's facts come from. */
export const catalogLayers = ["npm", "table", "admin"] as const;
export type LayerName = (typeof catalogLayers)[number];

/** How an ID was found in a catalog; `none`: not found. */
export const catalogMatches = ["exact", "dated", "family", "none"] as const;
export type CatalogMatch = (typeof catalogMatches)[number];

export const catalogPriceNames = [
  "input_price",
  "output_price",
  "cache_read_price",
  "cache_write_price",
  "cache_write_1h_price",
] as const;
type CatalogPriceName = (typeof catalogPriceNames)[number];

/** USD per 1M tokens; null = the catalog has no such price. */
export type TokenPrices = Record<CatalogPriceName, number | null>;

/** Prices of a whole request whose input exceeds `above_input_tokens`. */
export type CatalogTier = TokenPrices & { above_input_tokens: number };

/** Different prices at some hours, UTC as `HH:MM`. A window may span midnight. */
export type PriceWindow = {
  from: string;
  to: string;
  days: "every_day" | "weekdays";
  prices: TokenPrices;
};

/** A model's prices in force from a day on (YYYY-MM-DD); null = since its release. */
export type DatedPrices = TokenPrices & {
  from: string | null;
  /** Shortest first. */
  tiers: CatalogTier[];
  windows: PriceWindow[];
  /** The day on which it was read or published, and where. */
  as_of: string;
  source: string | null;
  /** The price of the base model, which may differ in the geography of this ID. */
  region_may_differ: boolean;
  /** True if the source couldn't be verified. */
  unverified: boolean;
};

/** A model in a catalog, independent of the catalog's format. */
export type CatalogModel = {
  provider: ProviderId;
  /** The IDs in the catalog, the model's own first. */
  ids: [string, ...string[]];
  name: string | null;
  /** Tokens. */
  context_window: number | null;
  max_output_tokens: number | null;
  lifecycle: "active" | "legacy" | "retired" | null;
  /** YYYY-MM-DD. */
  retires_on: string | null;
  /** Oldest first. */
  prices: DatedPrices[];
};

export const noPrices: TokenPrices = {
  input_price: null,
  output_price: null,
  cache_read_price: null,
  cache_write_price: null,
  cache_write_1h_price: null,
};

/** The prices in force on a day (YYYY-MM-DD); undefined if there are none. */
export function pricesOn({ prices }: CatalogModel, day: string): DatedPrices | undefined {
  return prices.findLast(({ from }) => from === null || from <= day);
}

/** Makes the price of most hours the regular one, because a row has only one price. */
export function withRegularHours(dated: DatedPrices): DatedPrices {
  const [window, ...others] = dated.windows;
  if (!window || others.length > 0 || minutesOf(window) <= 12 * 60) return dated;
  const { input_price, output_price, cache_read_price, cache_write_price, cache_write_1h_price } =
    dated;
  const prices = {
    input_price,
    output_price,
    cache_read_price,
    cache_write_price,
    cache_write_1h_price,
  };
  const rest = { from: window.to, to: window.from, days: window.days, prices };
  return { ...dated, ...window.prices, from: dated.from, windows: [rest] };
}

/**
 * Whether a time is within the hours of a window. Hours after midnight belong to the day on which
 * the window began.
 */
export function isWithin({ from, to, days }: PriceWindow, at: Date): boolean {
  const minute = at.getUTCHours() * 60 + at.getUTCMinutes();
  const [start, end] = [minuteOf(from), minuteOf(to)];
  const isOvernight = end <= start;
  const isInside = isOvernight ? minute >= start || minute < end : minute >= start && minute < end;
  if (!isInside || days === "every_day") return isInside;
  const began = (at.getUTCDay() + (isOvernight && minute < end ? 6 : 0)) % 7;
  return began >= 1 && began <= 5;
}

function minutesOf({ from, to }: PriceWindow): number {
  const span = minuteOf(to) - minuteOf(from);
  return span > 0 ? span : span + 24 * 60;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}
