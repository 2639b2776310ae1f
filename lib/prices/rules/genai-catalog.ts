import { providerDetails } from "@/lib/providers/rules/details";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import {
  type CatalogModel,
  catalogPriceNames,
  type DatedPrices,
  noPrices,
  type PriceWindow,
  type TokenPrices,
  withRegularHours,
} from "./catalog-model";

/**
 * The members of a model of `@pydantic/genai-prices` that the console reads, from the package or
 * its file.
 */
export type GenaiModel = {
  id: string;
  name?: string;
  context_window?: number;
  match: unknown;
  prices: GenaiPrices | readonly ConditionalPrices[];
};
type GenaiPrice = number | { base: number; tiers: readonly { start: number; price: number }[] };
type GenaiPrices = Readonly<Record<string, GenaiPrice | undefined>>;
type ConditionalPrices = { constraint?: Constraint; prices: GenaiPrices };
type Constraint = { start_date?: string; start_time?: string; end_time?: string };

const units = {
  input_price: "input_mtok",
  output_price: "output_mtok",
  cache_read_price: "cache_read_mtok",
  cache_write_price: "cache_write_mtok",
  cache_write_1h_price: "cache_write_1h_mtok",
} as const;

/** Our ID of a genai-prices provider; null if we don't support it. */
export function providerOfGenai(id: string): ProviderId | null {
  return providerIds.find((providerId) => providerDetails[providerId].catalog_id === id) ?? null;
}

/** A model of genai-prices; null if it has no token price. @param asOf YYYY-MM-DD */
export function readGenaiModel(
  provider: ProviderId,
  model: GenaiModel,
  asOf: string,
): CatalogModel | null {
  const prices = datedPrices(model.prices, asOf);
  if (prices.length === 0) return null;
  const ids = provider === "bedrock" ? bedrockIds(model) : [model.id, ...literals(model.match)];
  const [first = model.id, ...others] = new Set(ids);
  return {
    provider,
    ids: [first, ...others],
    name: model.name ?? null,
    context_window: model.context_window ?? null,
    max_output_tokens: null,
    lifecycle: null,
    retires_on: null,
    prices,
  };
}

const equalsOnly = ["equals"];

/** The IDs that its rules match exactly. Prefixes and other parts match a family. */
function literals(match: unknown, kinds: readonly string[] = equalsOnly): string[] {
  if (typeof match !== "object" || match === null) return [];
  return Object.entries(match).flatMap(([kind, value]: [string, unknown]) => {
    if (kind === "or" && Array.isArray(value))
      return value.flatMap((rule) => literals(rule, kinds));
    return kinds.includes(kind) && typeof value === "string" ? [value] : [];
  });
}

const withGeography = /^(?:us-gov|us|eu|apac|global|jp|au|ca)\./;
const withVendor = /^[a-z0-9]+\.[a-z]/;
const regional = "regional.";

/** The package has one entry for several geographies and lists each of them in its rules. */
function bedrockIds({ id, match }: GenaiModel): string[] {
  const version = /-v\d+(?::\d+)?$/.exec(id)?.[0] ?? "";
  const named = literals(match, ["equals", "starts_with", "ends_with", "contains"]);
  const profiles = named.filter((name) => withGeography.test(name));
  const versioned = profiles.map((name) =>
    name.endsWith("-v1") ? `${name}:0` : name.endsWith(version) ? name : `${name}${version}`,
  );
  const base = id.startsWith(regional) ? id.slice(regional.length) : id;
  const bases = literals(match, ["starts_with"]).filter((name) => withVendor.test(name));
  return [base, ...literals(match), ...bases, ...profiles, ...versioned];
}

function datedPrices(prices: GenaiModel["prices"], asOf: string): DatedPrices[] {
  const dated: DatedPrices[] = [];
  for (const { constraint, prices: some } of isList(prices) ? prices : [{ prices }]) {
    const { start_date, start_time, end_time } = constraint ?? {};
    const current = dated.at(-1);
    if (start_time && end_time) {
      if (!current) continue;
      const window: PriceWindow = {
        from: start_time.slice(0, 5),
        to: end_time.slice(0, 5),
        days: "every_day",
        prices: pricesAbove(some, 0),
      };
      current.windows.push(window);
    } else if (some.input_mtok !== undefined || some.output_mtok !== undefined) {
      dated.push({
        ...pricesAbove(some, 0),
        from: start_date?.slice(0, 10) ?? null,
        tiers: tiersOf(some),
        windows: [],
        as_of: asOf,
        source: null,
        region_may_differ: false,
        unverified: false,
      });
    }
  }
  return dated.map(withRegularHours);
}

function isList(prices: GenaiModel["prices"]): prices is readonly ConditionalPrices[] {
  return Array.isArray(prices);
}

function tiersOf(prices: GenaiPrices): DatedPrices["tiers"] {
  const starts = catalogPriceNames.flatMap((name) => {
    const price = prices[units[name]];
    return typeof price === "object" ? price.tiers.map(({ start }) => start) : [];
  });
  return [...new Set(starts)]
    .sort((a, b) => a - b)
    .map((start) => ({ above_input_tokens: start, ...pricesAbove(prices, start) }));
}

function pricesAbove(prices: GenaiPrices, start: number): TokenPrices {
  const tierPrices = { ...noPrices };
  for (const name of catalogPriceNames) {
    const price = prices[units[name]];
    if (price === undefined) continue;
    tierPrices[name] =
      typeof price === "number"
        ? price
        : (price.tiers.findLast((tier) => tier.start <= start)?.price ?? price.base);
  }
  return tierPrices;
}
