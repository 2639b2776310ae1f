import type { Provenance } from "@/lib/prices/schema";
import type { ProviderId } from "@/lib/providers/schema";
import {
  type CatalogIndex,
  type FoundModel,
  findInCatalog,
  indexCatalog,
  listedId,
} from "./catalog-id";
import {
  type CatalogModel,
  type CatalogTier,
  type DatedPrices,
  type LayerName,
  type PriceWindow,
  pricesOn,
  type TokenPrices,
} from "./catalog-model";

/** A price catalog. */
export type CatalogLayer = {
  name: LayerName;
  /** The day of its release or upload (YYYY-MM-DD). */
  as_of: string;
  models: readonly CatalogModel[];
  index: ReadonlyMap<ProviderId, CatalogIndex>;
  /** Whether its format supports prices by the hour and announced prices. */
  knowsTimes: boolean;
};

/** The catalogs' facts about one model on one day; prices in USD per 1M tokens. */
export type CatalogPrice = TokenPrices & {
  /** Tokens; null = unknown. */
  context_window: number | null;
  name: string | null;
  /** Long-context prices, shortest first; absent if the price is flat. */
  tiers?: CatalogTier[];
  /** Different prices at some hours. */
  windows: PriceWindow[];
  /** First day of these prices (YYYY-MM-DD); null if the catalog has no date. */
  since: string | null;
  /** How the ID was found. By family only, the price is another model's. */
  match: FoundModel["match"];
  /** The ID that the catalog lists. */
  matched: string;
  region_may_differ: boolean;
  unverified: boolean;
  /** The cache prices may come from an older catalog with the same input price. */
  cache_from: Provenance | null;
} & Provenance;

/** A lifecycle or a retirement day, and its source. */
export type CatalogLifecycle = Provenance & Pick<CatalogModel, "lifecycle" | "retires_on">;

/** Prices that come into force on a later day. */
export type ComingPrices = { from: string; prices: TokenPrices; now: TokenPrices } & Provenance;

export function buildLayer(
  name: LayerName,
  asOf: string,
  models: readonly CatalogModel[],
  knowsTimes = true,
): CatalogLayer {
  const byProvider = new Map<ProviderId, CatalogModel[]>();
  for (const model of models) {
    const ofProvider = byProvider.get(model.provider);
    if (ofProvider) ofProvider.push(model);
    else byProvider.set(model.provider, [model]);
  }
  const index = new Map([...byProvider].map(([id, ofProvider]) => [id, indexCatalog(ofProvider)]));
  return { name, as_of: asOf, models, index, knowsTimes };
}

type Found = FoundModel & { layer: CatalogLayer };

const ranks = { exact: 2, dated: 1, family: 0 } as const;

/** The model in every catalog that lists it, limited to the closest match. */
function findModels(
  layers: readonly CatalogLayer[],
  provider: ProviderId,
  modelId: string,
  isUsable: (model: CatalogModel) => boolean,
): Found[] {
  const isBedrock = provider === "bedrock";
  const id = isBedrock ? listedId(modelId) : modelId;
  if (id === null) return [];
  const found = layers.flatMap((layer): Found[] => {
    const index = layer.index.get(provider);
    const match = index && findInCatalog(index, id, isBedrock);
    return match && isUsable(match.model) ? [{ ...match, layer }] : [];
  });
  const closest = Math.max(...found.map(({ match }) => ranks[match]));
  return found.filter(({ match }) => ranks[match] === closest);
}

/**
 * For facts of the same day, an admin's catalog takes precedence over ours, and ours over the
 * package.
 */
const precedence: Record<LayerName, number> = { admin: 2, table: 1, npm: 0 };

type Fact = { found: Found; dated: DatedPrices };

const newestFirst = (a: Fact, b: Fact) =>
  b.dated.as_of.localeCompare(a.dated.as_of) ||
  precedence[b.found.layer.name] - precedence[a.found.layer.name];

function factsOn(found: readonly Found[], day: string): Fact[] {
  return found
    .flatMap((entry): Fact[] => {
      const dated = pricesOn(entry.model, day);
      return dated ? [{ found: entry, dated }] : [];
    })
    .sort(newestFirst);
}

/** A model's prices in the catalogs on a day (YYYY-MM-DD); null if no catalog lists it. */
export function priceOnDay(
  layers: readonly CatalogLayer[],
  provider: ProviderId,
  modelId: string,
  day: string,
): CatalogPrice | null {
  const found = findModels(layers, provider, modelId, (model) => model.prices.length > 0);
  const [newest, ...older] = factsOn(found, day);
  if (!newest) return null;
  const { dated } = newest;
  const alike = older.filter((fact) => fact.dated.input_price === dated.input_price);
  const cached = hasCachePrice(dated) ? newest : alike.find((fact) => hasCachePrice(fact.dated));
  const timed = newest.found.layer.knowsTimes
    ? newest
    : alike.find((fact) => fact.found.layer.knowsTimes);
  const { tiers } = dated;
  return {
    input_price: dated.input_price,
    output_price: dated.output_price,
    cache_read_price: cached?.dated.cache_read_price ?? null,
    cache_write_price: cached?.dated.cache_write_price ?? null,
    cache_write_1h_price: cached?.dated.cache_write_1h_price ?? null,
    ...factsOf(layers, provider, modelId),
    ...(tiers.length > 0 && { tiers }),
    windows: timed?.dated.windows ?? [],
    since: dated.from,
    match: newest.found.match,
    matched: newest.found.matched,
    region_may_differ: dated.region_may_differ || newest.found.isOtherGeography,
    unverified: dated.unverified,
    cache_from: cached ? provenanceOf(cached) : null,
    ...provenanceOf(newest),
  };
}

function hasCachePrice(dated: DatedPrices): boolean {
  return dated.cache_read_price !== null || dated.cache_write_price !== null;
}

function provenanceOf({ found, dated }: Fact): Provenance {
  return { layer: found.layer.name, as_of: dated.as_of, source: dated.source };
}

/** Name and context window from the newest catalog. Those of a family belong to other models. */
function factsOf(
  layers: readonly CatalogLayer[],
  provider: ProviderId,
  modelId: string,
): Pick<CatalogPrice, "name" | "context_window"> {
  const found = findModels(layers, provider, modelId, () => true)
    .filter(({ match, isOtherGeography }) => match !== "family" || isOtherGeography)
    .sort(byLayer);
  const known = (name: "name" | "context_window") =>
    found.find(({ model }) => model[name] !== null)?.model ?? null;
  return {
    name: known("name")?.name ?? null,
    context_window: known("context_window")?.context_window ?? null,
  };
}

const byLayer = (a: Found, b: Found) =>
  b.layer.as_of.localeCompare(a.layer.as_of) || precedence[b.layer.name] - precedence[a.layer.name];

/**
 * Lifecycle and retirement day of exactly this model, each from the newest catalog that has one;
 * null if none has. The provenance is that of the retirement day, if there is one.
 */
export function lifecycleIn(
  layers: readonly CatalogLayer[],
  provider: ProviderId,
  modelId: string,
): CatalogLifecycle | null {
  const newestWith = (name: "lifecycle" | "retires_on") =>
    findModels(layers, provider, modelId, (model) => model[name] !== null)
      .filter(({ match }) => match !== "family")
      .sort(byLayer)[0];
  const [state, day] = [newestWith("lifecycle"), newestWith("retires_on")];
  const from = day ?? state;
  if (!from) return null;
  return {
    lifecycle: state?.model.lifecycle ?? null,
    retires_on: day?.model.retires_on ?? null,
    layer: from.layer.name,
    as_of: from.layer.as_of,
    source: null,
  };
}

/**
 * The next announced prices of exactly this model, from the newest catalog that has today's prices
 * and can announce others; null if there are none.
 */
export function comingPrices(
  layers: readonly CatalogLayer[],
  provider: ProviderId,
  modelId: string,
  day: string,
): ComingPrices | null {
  const found = findModels(layers, provider, modelId, (model) => model.prices.length > 0);
  const facts = factsOn(found, day);
  const [newest] = facts;
  if (!newest || newest.found.match === "family") return null;
  const fact = facts.find(({ found }) => found.layer.knowsTimes);
  if (fact?.dated.input_price !== newest.dated.input_price) return null;
  const next = fact.found.model.prices.find(({ from }) => from !== null && from > day);
  if (!next?.from) return null;
  return {
    from: next.from,
    prices: next,
    now: newest.dated,
    layer: fact.found.layer.name,
    as_of: next.as_of,
    source: next.source,
  };
}
