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

/** One catalog of several. */
export type CatalogLayer = {
  name: LayerName;
  /** The day of its release or upload (YYYY-MM-DD). */
  as_of: string;
  models: readonly CatalogModel[];
  index: ReadonlyMap<ProviderId, CatalogIndex>;
  /** Whether its format can say that prices vary by the hour. */
  knowsHours: boolean;
};

/** What the catalogs say about one model on one day; prices in USD per 1M tokens. */
export type CatalogPrice = TokenPrices & {
  /** Tokens; null = unknown. */
  context_window: number | null;
  name: string | null;
  /** Long-context prices, shortest first; absent when the price is flat. */
  tiers?: CatalogTier[];
  /** Other prices at some hours. */
  windows: PriceWindow[];
  /** First day of these prices (YYYY-MM-DD); null if the catalog has no date. */
  since: string | null;
  /** How the ID was found; by its family only, the price is another model's. */
  match: FoundModel["match"];
  /** The ID that the catalog lists. */
  matched: string;
  region_may_differ: boolean;
  unverified: boolean;
  /** The cache prices may come from an older catalog with the same input price. */
  cache_from: Provenance | null;
} & Provenance;

/** A lifecycle or a day of retirement, and who says so. */
export type CatalogLifecycle = Provenance & Pick<CatalogModel, "lifecycle" | "retires_on">;

/** Prices that come into force on a later day. */
export type ComingPrices = { from: string; prices: TokenPrices; now: TokenPrices } & Provenance;

export function buildLayer(
  name: LayerName,
  asOf: string,
  models: readonly CatalogModel[],
  knowsHours = true,
): CatalogLayer {
  const byProvider = new Map<ProviderId, CatalogModel[]>();
  for (const model of models) {
    const ofProvider = byProvider.get(model.provider);
    if (ofProvider) ofProvider.push(model);
    else byProvider.set(model.provider, [model]);
  }
  const index = new Map([...byProvider].map(([id, ofProvider]) => [id, indexCatalog(ofProvider)]));
  return { name, as_of: asOf, models, index, knowsHours };
}

type Found = FoundModel & { layer: CatalogLayer };

const ranks = { exact: 2, dated: 1, family: 0 } as const;

/** The model in every catalog that lists it, with the closest match only. */
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

/** Of facts of the same day, an admin's goes before ours, and ours before the package's. */
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

/** What the catalogs say about a model's prices on a day (YYYY-MM-DD); null if none lists it. */
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
  const timed = newest.found.layer.knowsHours
    ? newest
    : alike.find((fact) => fact.found.layer.knowsHours);
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

/** Name and context window, the newest catalog's first; those of a family are other models'. */
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

/** The lifecycle in the newest catalog that names one for exactly this model; null if none does. */
export function lifecycleIn(
  layers: readonly CatalogLayer[],
  provider: ProviderId,
  modelId: string,
): CatalogLifecycle | null {
  const hasLifecycle = ({ lifecycle, retires_on }: CatalogModel) =>
    lifecycle !== null || retires_on !== null;
  const [newest] = findModels(layers, provider, modelId, hasLifecycle)
    .filter(({ match }) => match !== "family")
    .sort(byLayer);
  if (!newest) return null;
  const { model, layer } = newest;
  const provenance = { layer: layer.name, as_of: layer.as_of, source: null };
  return { lifecycle: model.lifecycle, retires_on: model.retires_on, ...provenance };
}

/** The next prices that the newest catalog announces for exactly this model; null if there are none. */
export function comingPrices(
  layers: readonly CatalogLayer[],
  provider: ProviderId,
  modelId: string,
  day: string,
): ComingPrices | null {
  const found = findModels(layers, provider, modelId, (model) => model.prices.length > 0);
  const [newest] = factsOn(found, day);
  if (!newest || newest.found.match === "family") return null;
  const next = newest.found.model.prices.find(({ from }) => from !== null && from > day);
  if (!next?.from) return null;
  const { layer } = newest.found;
  return {
    from: next.from,
    prices: next,
    now: newest.dated,
    layer: layer.name,
    as_of: next.as_of,
    source: next.source,
  };
}
