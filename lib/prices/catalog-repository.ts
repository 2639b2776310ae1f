import "server-only";
import type { ModelPrice, PriceCalculation, TieredPrices } from "@pydantic/genai-prices";
import { providerDetails } from "@/lib/providers/rules/details";
import { providerIdOf } from "@/lib/providers/schema";

/** Prices of a whole request whose input exceeds `above_input_tokens`. */
type CatalogTier = {
  above_input_tokens: number;
  /** USD per 1M tokens; null = the catalog has no such price. */
  input_price: number | null;
  output_price: number | null;
  cache_read_price: number | null;
  cache_write_price: number | null;
};

export type CatalogPrice = {
  /** USD per 1M tokens, base tier; null = the catalog has no such price. */
  input_price: number | null;
  output_price: number | null;
  cache_read_price: number | null;
  cache_write_price: number | null;
  /** Tokens; null = unknown. */
  context_window: number | null;
  name: string | null;
  /** Long-context prices, shortest first; absent when the price is flat. */
  tiers?: CatalogTier[];
  /** The price depends on the hour of the day. */
  varies_by_hour: boolean;
  /** First day of this price (YYYY-MM-DD); null if the catalog has no date. */
  since: string | null;
  /** The day on which the catalog was released (YYYY-MM-DD). */
  as_of: string;
};

export type Catalog = {
  /**
   * The price in force on the UTC day of `at` (default: now); null when the catalog has none.
   * @param provider a provider ID or an alias.
   */
  price: (provider: string, modelId: string, at?: Date) => CatalogPrice | null;
};

/** @pydantic/genai-prices 0.1.8 as published on npm. */
const catalogRelease = "2026-09-23";

const geography = /^(?:us-gov|us|eu|apac|global|jp|au|ca)\./;
/** Other ARNs name private deployments, whose prices no catalog has. */
const listedModelArn =
  /^arn:[^:]+:bedrock:[^:]*:[^:]*:(?:foundation-model|inference-profile)\/(.+)$/;

/** Model IDs come from users, so the memo needs a limit. */
const memoLimit = 20_000;

type Calculate = (catalogProvider: string, id: string, at: Date) => PriceCalculation | null;

let loading: Promise<Catalog> | undefined;

/** Loads the price catalog once, when first needed: 830 kB. */
export function loadCatalog(): Promise<Catalog> {
  loading ??= import("@pydantic/genai-prices").then(({ calcPrice }) =>
    memoized((providerId, id, timestamp) => calcPrice({}, id, { providerId, timestamp })),
  );
  return loading;
}

/** One price. For a list, await `loadCatalog()` once. */
export async function catalogPrice(
  provider: string,
  modelId: string,
  at?: Date,
): Promise<CatalogPrice | null> {
  return (await loadCatalog()).price(provider, modelId, at);
}

function memoized(calculate: Calculate): Catalog {
  const memo = new Map<string, CatalogPrice | null>();
  return {
    price(provider, modelId, at = new Date()) {
      const key = `${at.toISOString().slice(0, 10)}#${provider}#${modelId}`;
      const known = memo.get(key);
      if (known !== undefined) return known;
      if (memo.size >= memoLimit) memo.clear();
      const price = lookUp(calculate, provider, modelId, at);
      memo.set(key, price);
      return price;
    },
  };
}

function lookUp(
  calculate: Calculate,
  provider: string,
  modelId: string,
  at: Date,
): CatalogPrice | null {
  const providerId = providerIdOf(provider);
  if (providerId === null) return null;
  const { catalog_id: catalogProvider } = providerDetails[providerId];
  if (catalogProvider === null) return null;
  for (const id of providerId === "bedrock" ? bedrockIds(modelId) : [modelId]) {
    const found = calculate(catalogProvider, id, at);
    if (!found) continue;
    return variesByHour(found)
      ? dominantHourlyPrice(calculate, catalogProvider, id, at)
      : priceOf(found, false);
  }
  return null;
}

/** The ID itself, which may have a regional surcharge, then its base model. */
function bedrockIds(modelId: string): string[] {
  const id = modelId.startsWith("arn:") ? listedModelArn.exec(modelId)?.[1] : modelId;
  if (id === undefined) return [];
  return [...new Set([id, id.replace(geography, "")])];
}

function variesByHour({ model }: PriceCalculation): boolean {
  return (
    Array.isArray(model.prices) &&
    model.prices.some(({ constraint }) => constraint?.type === "time_of_date")
  );
}

/** The price that holds for most hours of the UTC day, because a row has only one. */
function dominantHourlyPrice(
  calculate: Calculate,
  provider: string,
  id: string,
  at: Date,
): CatalogPrice | null {
  const hours = new Map<ModelPrice, { found: PriceCalculation; count: number }>();
  for (let hour = 0; hour < 24; hour++) {
    const moment = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), hour));
    const found = calculate(provider, id, moment);
    if (!found) continue;
    const count = (hours.get(found.model_price)?.count ?? 0) + 1;
    hours.set(found.model_price, { found, count });
  }
  const [regular] = [...hours.values()].sort((a, b) => b.count - a.count);
  return regular ? priceOf(regular.found, hours.size > 1) : null;
}

function priceOf(
  { model, model_price: prices }: PriceCalculation,
  isHourly: boolean,
): CatalogPrice | null {
  if (prices.input_mtok === undefined && prices.output_mtok === undefined) return null;
  const tiers = tiersOf(prices);
  return {
    ...pricesAt(prices, 0),
    context_window: model.context_window ?? null,
    name: model.name ?? null,
    ...(tiers.length > 0 && { tiers }),
    varies_by_hour: isHourly,
    since: sinceOf(model, prices),
    as_of: catalogRelease,
  };
}

function sinceOf({ prices: all }: PriceCalculation["model"], prices: ModelPrice): string | null {
  const dated = Array.isArray(all) ? all.find((entry) => entry.prices === prices) : undefined;
  const { constraint } = dated ?? {};
  return constraint?.type === "start_date" ? constraint.start_date.slice(0, 10) : null;
}

function tiersOf(prices: ModelPrice): CatalogTier[] {
  const tiered = [prices.input_mtok, prices.output_mtok, prices.cache_read_mtok].filter(isTiered);
  const starts = new Set(tiered.flatMap((price) => price.tiers.map((tier) => tier.start)));
  return [...starts]
    .sort((a, b) => a - b)
    .map((start) => ({ above_input_tokens: start, ...pricesAt(prices, start) }));
}

function pricesAt(prices: ModelPrice, start: number): Omit<CatalogTier, "above_input_tokens"> {
  return {
    input_price: priceAt(prices.input_mtok, start),
    output_price: priceAt(prices.output_mtok, start),
    cache_read_price: priceAt(prices.cache_read_mtok, start),
    cache_write_price: priceAt(prices.cache_write_mtok, start),
  };
}

function priceAt(price: number | TieredPrices | undefined, start: number): number | null {
  if (price === undefined) return null;
  if (!isTiered(price)) return price;
  return price.tiers.findLast((tier) => tier.start <= start)?.price ?? price.base;
}

function isTiered(price: number | TieredPrices | undefined): price is TieredPrices {
  return typeof price === "object";
}
