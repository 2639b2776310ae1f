import "server-only";
import type { Usage } from "@/lib/completions/schema";
import { findModel, type ModelRow } from "@/lib/models/reference-service";
import { isDefective } from "@/lib/models/rules/soundness";
import { type CatalogPrice, loadCatalog } from "@/lib/prices/catalog-repository";
import { callPriceNotes, pricesOfCall, type RowPrices } from "./rules/call-prices";
import { costOf } from "./rules/cost";
import type { CallCost } from "./schema";

/** A valid row with today's catalog price. */
export type PricedRow = ModelRow & { listed: CatalogPrice | null };

/** The row that a provider and model resolve to; null if there is none or it can't be parsed. */
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

/** What a call that starts now costs on a registered model, and at which prices. */
export async function callCost(model: Priced | null, usage: Usage): Promise<CallCost> {
  if (!model) return { cost_usd: null };
  const at = new Date();
  const listed = (await loadCatalog()).price(model.provider, model.model_id, at);
  return costAt(model, listed, usage, at);
}

/** The cost of a call at a time. */
export function costAt(
  model: Priced,
  listed: CatalogPrice | null,
  usage: Usage,
  at: Date,
): CallCost {
  const prices = pricesOfCall(model, listed, { input_tokens: usage.input_tokens, at });
  const cost_usd = costOf(usage, prices);
  if (cost_usd === null) return { cost_usd };
  const isByFamily = model.priced_by_family !== undefined;
  return { cost_usd, ...callPriceNotes(model, listed, prices, isByFamily) };
}
