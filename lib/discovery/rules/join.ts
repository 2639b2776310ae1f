import type { ListedOption, Listing } from "@/lib/discovery/listing-service";
import type { AvailableModel, BedrockCatalog, UnlistedModel } from "@/lib/discovery/schema";
import { type KnownModel, knownModel, knownModels } from "@/lib/models/rules/known-models";
import { alwaysRefused } from "@/lib/models/rules/known-refusals";
import { candidatePks, type ModelList, type ModelRecord } from "@/lib/models/schema";
import type { Catalog, CatalogPrice } from "@/lib/prices/catalog-repository";
import { judgeBedrockId } from "@/lib/providers/rules/bedrock-id";
import { writesText } from "@/lib/providers/rules/text-models";
import type { ListedPrices, ProviderId } from "@/lib/providers/schema";

/** Joins the provider's list with the registry, the known models and the price catalog. */
export function joinListing(
  provider: ProviderId,
  { offers, bedrock, as_of }: Listing,
  registry: ModelList,
  catalog: Pick<Catalog, "price">,
): { models: AvailableModel[]; gone: UnlistedModel[] } {
  const pks = new Set([...registry.models, ...registry.defective].map(({ pk }) => pk));
  const models = uniqueById(offers).map((offer) => {
    const pk = candidatePks(provider, offer.model_id).find((candidate) => pks.has(candidate));
    const price = catalog.price(provider, offer.model_id);
    const prices = offer.prices ? listedPrices(offer.prices, as_of) : catalogPrices(price);
    return {
      ...toAvailable(provider, offer, knownOf(provider, offer, bedrock), price, pk ?? null),
      ...prices,
    };
  });
  const listed = new Set(offers.map(({ model_id }) => model_id));
  const gone = registry.models
    .filter((row) => row.provider_id === provider && !listed.has(row.model_id))
    .filter((row) => !isCallableByArn(row.model_id, bedrock))
    .map((row) => toUnlisted(row, bedrock));
  return { models: models.sort(byRelevance), gone };
}

function uniqueById(offers: ListedOption[]): ListedOption[] {
  return [...new Map(offers.map((offer) => [offer.model_id, offer])).values()];
}

function toAvailable(
  provider: ProviderId,
  offer: ListedOption,
  { exact, alike: sameModel }: Known,
  price: CatalogPrice | null,
  pk: string | null,
): Omit<AvailableModel, keyof AvailablePrices> {
  const known = sameModel ?? null;
  return {
    model_id: offer.model_id,
    display_name:
      offer.display_name ?? exact?.display_name ?? catalogName(offer, price) ?? offer.model_id,
    purpose: known?.purpose ?? null,
    state: pk === null ? "new" : "registered",
    pk,
    max_tokens: offer.max_tokens ?? known?.max_tokens ?? price?.context_window ?? null,
    max_output_tokens: offer.max_output_tokens ?? known?.max_output_tokens ?? null,
    supports_tools: offer.supports_tools ?? known?.supports_tools ?? null,
    supports_vision: offer.supports_vision ?? known?.supports_vision ?? null,
    lifecycle: offer.lifecycle ?? exact?.lifecycle ?? null,
    retires_on: offer.retires_on ?? exact?.retires_on ?? null,
    kind: offer.kind,
    writes_text: writesText(offer.model_id),
    needs_profile: offer.needs_profile,
    profiles: offer.profiles,
    created_at: offer.created_at,
    runtime_refuses: alwaysRefused(provider, offer.model_id),
  };
}

/**
 * The catalog uses one name for all variants of a model, so the name counts only if it matches the
 * ID.
 */
function catalogName({ model_id }: ListedOption, price: CatalogPrice | null): string | null {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  return price?.name && plain(price.name) === plain(model_id) ? price.name : null;
}

type AvailablePrices = Pick<
  AvailableModel,
  | keyof ListedPrices
  | "price_known"
  | "price_match"
  | "price_region_may_differ"
  | "prices_from"
  | "price_layer"
  | "prices_as_of"
>;

function listedPrices(prices: ListedPrices, asOf: string): AvailablePrices {
  const { input_price, output_price } = prices;
  const price_known = input_price !== null && output_price !== null;
  return {
    ...prices,
    price_known,
    price_match: "exact",
    prices_from: "provider",
    prices_as_of: asOf.slice(0, 10),
  };
}

function catalogPrices(price: CatalogPrice | null): AvailablePrices {
  const { input_price = null, output_price = null } = price ?? {};
  return {
    input_price,
    output_price,
    cache_read_price: price?.cache_read_price ?? null,
    cache_write_price: price?.cache_write_price ?? null,
    price_known: price?.match !== "family" && input_price !== null && output_price !== null,
    price_match: price?.match ?? null,
    ...(price?.region_may_differ && { price_region_may_differ: true }),
    prices_from: price && "catalog",
    ...(price && { price_layer: price.layer }),
    prices_as_of: price?.as_of ?? null,
  };
}

type Known = {
  exact: KnownModel | null;
  /** The same model, perhaps under another profile. Limits and capabilities are shared. */
  alike: KnownModel | null;
};

function knownOf(provider: ProviderId, offer: ListedOption, bedrock: BedrockCatalog | null): Known {
  const exact = knownModel(provider, offer.model_id);
  if (exact || !bedrock) return { exact, alike: exact };
  const bases = basesOf(offer.model_id, bedrock);
  const sameModel = knownModels.find(
    (model) => model.provider === provider && bases.some((base) => isOfBase(model.model_id, base)),
  );
  return { exact: null, alike: sameModel ?? null };
}

function basesOf(modelId: string, { profiles }: BedrockCatalog): string[] {
  return profiles.find(({ model_id }) => model_id === modelId)?.bases ?? [modelId];
}

const isOfBase = (modelId: string, base: string) =>
  modelId === base || (modelId.endsWith(`.${base}`) && !modelId.startsWith("arn:"));

/** Sorts usable and priced models first, then by date and ID. */
function byRelevance(a: AvailableModel, b: AvailableModel): number {
  const weight = (model: AvailableModel) =>
    Number(model.state === "registered") * 8 +
    Number(!model.writes_text) * 4 +
    Number(model.needs_profile) * 2 +
    Number(!model.price_known);
  const newest = (b.created_at ?? "").localeCompare(a.created_at ?? "");
  return weight(a) - weight(b) || newest || (a.model_id < b.model_id ? -1 : 1);
}

/** Provisioned and custom models have ARNs that aren't listed. */
function isCallableByArn(modelId: string, bedrock: BedrockCatalog | null): boolean {
  if (!bedrock) return false;
  const { checked, problem } = judgeBedrockId(modelId, bedrock);
  return !checked || problem === null;
}

function toUnlisted(row: ModelRecord, bedrock: BedrockCatalog | null): UnlistedModel {
  const { pk, model_id, display_name, used_by } = row;
  const reason = bedrock && judgeBedrockId(model_id, bedrock).sentence;
  return { pk, model_id, display_name, used_by, reason: reason || null };
}
