import "server-only";
import {
  listModelsWithNotes,
  type ModelRow,
  readAvailabilities,
} from "@/lib/models/reference-service";
import type { Availability } from "@/lib/models/schema";
import { type CatalogPrice, loadCatalog } from "@/lib/prices/catalog-repository";
import { providerIds } from "@/lib/providers/schema";
import type { LongContextPrices, PricedModel, PriceList } from "./schema";

/** Every valid row by provider and name, completed from the catalog. */
export async function listPrices(): Promise<PriceList> {
  const [{ rows }, catalog, judge] = await Promise.all([
    listModelsWithNotes(),
    loadCatalog(),
    readAvailabilities(),
  ]);
  const models = rows.map((row) => {
    const price = catalog.price(row.provider, row.model_id);
    // The cache and long-context prices of a family belong to another model; those of a base model
    // are its own.
    const isOther = price?.match === "family" && !price.region_may_differ;
    return pricedModel(row, isOther ? null : price, judge(row, row));
  });
  return { models: models.sort(byProviderAndName) };
}

function pricedModel(
  row: ModelRow,
  catalog: CatalogPrice | null,
  availability: Availability,
): PricedModel {
  const cached = cachePrice(row, catalog);
  return {
    pk: row.pk,
    provider_id: row.provider_id,
    model_id: row.model_id,
    display_name: row.display_name,
    input_price: row.input_price,
    output_price: row.output_price,
    price_unit: row.price_unit,
    ...(row.priced_by_family && { priced_by_family: row.priced_by_family }),
    ...(row.price_region_may_differ && { price_region_may_differ: true }),
    max_tokens: row.max_tokens,
    max_output_tokens: row.max_output_tokens,
    supports_tools: row.supports_tools,
    supports_vision: row.supports_vision,
    is_active: row.is_active,
    is_default: row.is_default,
    availability,
    long_context: longContext(row, catalog),
    ...cached,
  };
}

function cachePrice(
  row: ModelRow,
  catalog: CatalogPrice | null,
): Pick<PricedModel, "cache_read_price" | "cache_read_source"> {
  if (row.cache_read_price !== null) {
    return { cache_read_price: row.cache_read_price, cache_read_source: "registry" };
  }
  const price = catalog?.cache_read_price ?? null;
  return { cache_read_price: price, cache_read_source: price === null ? null : "catalog" };
}

/**
 * A negotiated base price doesn't cover long calls, so the catalog's tiers apply only at the
 * catalog's price.
 */
function longContext(row: ModelRow, catalog: CatalogPrice | null): LongContextPrices[] {
  const ifMatchesCatalog = (name: "input_price" | "output_price", price: number | null) =>
    row[name] !== null && row[name] === catalog?.[name] ? price : null;
  const tiers = (catalog?.tiers ?? []).map((tier) => ({
    above_input_tokens: tier.above_input_tokens,
    input_price: ifMatchesCatalog("input_price", tier.input_price),
    output_price: ifMatchesCatalog("output_price", tier.output_price),
    cache_read_price: ifMatchesCatalog("input_price", tier.cache_read_price),
  }));
  return tiers.filter((tier) => tier.input_price !== null || tier.output_price !== null);
}

const places = new Map<string, number>(providerIds.map((id, index) => [id, index]));
const providerRank = ({ provider_id }: PricedModel) =>
  places.get(provider_id) ?? providerIds.length;

function byProviderAndName(a: PricedModel, b: PricedModel): number {
  return providerRank(a) - providerRank(b) || a.display_name.localeCompare(b.display_name, "en");
}
