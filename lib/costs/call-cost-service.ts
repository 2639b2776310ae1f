import "server-only";
import type { Usage } from "@/lib/completions/schema";
import { findModel, type ModelRow } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { type CatalogPrice, loadCatalog } from "@/lib/prices/catalog-repository";
import { pricesOfCall, type RowPrices } from "./rules/call-prices";
import { costOf } from "./rules/cost";
import type { CallCost } from "./schema";

/** A valid row with what the catalogs say of it today. */
export type PricedRow = ModelRow & { listed: CatalogPrice | null };

/** The row that a provider and model stand for; null if there is none, or it can't be read. */
export async function findPricedModel(
  provider: string,
  modelId: string,
): Promise<PricedRow | null> {
  const [row, catalog] = await Promise.all([findModel(provider, modelId), loadCatalog()]);
  if (!row || isDefective(row)) return null;
  return { ...row, listed: catalog.price(row.provider, row.model_id) };
}

type Priced = RowPrices &
  Pick<ModelRow, "provider" | "model_id"> & { priced_by_family?: readonly string[] | undefined };

/** What a call that begins now costs on a registered model, and at which prices. */
export async function callCost(model: Priced | null, usage: Usage): Promise<CallCost> {
  if (!model) return { cost_usd: null };
  const at = new Date();
  const listed = (await loadCatalog()).price(model.provider, model.model_id, at);
  return costAt(model, listed, usage, at);
}

/** What a call costs at a time. */
export function costAt(
  model: Priced,
  listed: CatalogPrice | null,
  usage: Usage,
  at: Date,
): CallCost {
  const prices = pricesOfCall(model, listed, { input_tokens: usage.input_tokens, at });
  const { above_input_tokens, hours } = prices;
  const isRegional = listed?.region_may_differ && listed.input_price === model.input_price;
  return {
    cost_usd: costOf(usage, prices),
    ...(isRegional
      ? { price_region_may_differ: true }
      : model.priced_by_family && { price_by_family: true }),
    ...(above_input_tokens !== null && { price_above_input_tokens: above_input_tokens }),
    ...(hours && { price_hours: { from: hours.from, to: hours.to } }),
  };
}
