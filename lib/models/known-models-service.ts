import "server-only";
import type { KnownModelOffer } from "@/lib/discovery/schema";
import { type Catalog, loadCatalog } from "@/lib/prices/catalog-repository";
import type { ProviderId } from "@/lib/providers/schema";
import { listModelRows } from "./repository";
import type { ModelRow } from "./row";
import { type KnownModel, knownModels } from "./rules/known-models";
import { alwaysRefused } from "./rules/known-refusals";
import { candidatePks } from "./schema";

/**
 * The models of a provider that the console knows: those of the dated table, followed by registered
 * ones that the table doesn't list. Prices come from the catalog, in USD per 1M tokens.
 */
export async function listKnownModels(id: ProviderId): Promise<KnownModelOffer[]> {
  const [catalog, { rows, defective }] = await Promise.all([loadCatalog(), listModelRows()]);
  const pks = new Set([...rows, ...defective].map((row) => row.pk));
  const models = knownModels.filter((model) => model.provider === id);
  const ids = new Set(models.map((model) => model.model_id));
  const others = rows.filter((row) => row.provider_id === id && !ids.has(row.model_id));
  return [
    ...models.map((model) => {
      const registered = candidatePks(id, model.model_id).some((pk) => pks.has(pk));
      return toOffer(id, model, catalog, registered);
    }),
    ...others.map((row) => toOffer(id, row, catalog, true)),
  ];
}

function toOffer(
  provider: ProviderId,
  model: KnownModel | ModelRow,
  catalog: Catalog,
  registered: boolean,
): KnownModelOffer {
  const listed = catalog.price(provider, model.model_id);
  return {
    model_id: model.model_id,
    display_name: model.display_name,
    purpose: model.purpose,
    max_tokens: model.max_tokens ?? listed?.context_window ?? null,
    max_output_tokens: model.max_output_tokens,
    supports_tools: model.supports_tools,
    supports_vision: model.supports_vision,
    lifecycle: model.lifecycle,
    retires_on: model.retires_on,
    prices: listed && {
      input_price: listed.input_price,
      output_price: listed.output_price,
      cache_read_price: listed.cache_read_price,
      cache_write_price: listed.cache_write_price,
      match: listed.match,
      region_may_differ: listed.region_may_differ,
      layer: listed.layer,
      as_of: listed.as_of,
    },
    registered,
    runtime_refuses: alwaysRefused(provider, model.model_id),
  };
}
