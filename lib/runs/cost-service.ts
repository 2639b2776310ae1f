import "server-only";
import Big from "big.js";
import { joinCallPriceNotes } from "@/lib/costs/rules/call-price-notes";
import { callPriceNotes, pricesOfCall } from "@/lib/costs/rules/call-prices";
import { costOf } from "@/lib/costs/rules/cost";
import type { CallCost } from "@/lib/costs/schema";
import { listModelsWithNotes } from "@/lib/models/reference-service";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { providerIdOf } from "@/lib/providers/schema";
import { resolveModels } from "@/lib/usage/price-service";
import { uncountedTokens } from "@/lib/usage/rules/too-low";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";
import { utcTime } from "@/lib/utc-time";
import type { RecordedCall } from "./rules/model-calls";

/** The members of a call that determine its cost. */
export type PricedCall = Pick<
  RecordedCall,
  "provider" | "model_id" | "input_tokens" | "output_tokens" | "at" | "state"
>;

const costKey = ({ provider, model_id }: PricedCall) => JSON.stringify([provider, model_id]);

/**
 * Returns a function for the cost of one call in USD, at the price in force at that time and for
 * its length and hour; null if unknown.
 */
export async function pricer(
  calls: readonly PricedCall[],
): Promise<(call: PricedCall) => CallCost> {
  const named = calls.filter(({ provider, model_id }) => provider && model_id);
  if (named.length === 0) return () => unpriced;
  const models = new Map(named.map((call) => [costKey(call), call]));
  const dimensionsOf = ({ provider, model_id }: PricedCall) => ({
    provider: provider ?? "",
    model: model_id ?? "",
  });
  const earliest = Math.min(...named.map(({ at }) => utcTime(at)));
  const registered = listModelsWithNotes();
  const [catalog, find, { rows }] = await Promise.all([
    loadCatalog(),
    resolveModels(
      [...models.values()].map((call) => ({ dimensions: dimensionsOf(call) })),
      earliest,
      registered,
    ),
    registered,
  ]);
  const rowsByPk = new Map(rows.map((row) => [row.pk, row]));
  return (call) => {
    if (!models.has(costKey(call))) return unpriced;
    const at = utcTime(call.at);
    const model = find(dimensionsOf(call)).modelAt(at);
    const prices = model.history?.(at);
    if (!prices || Number.isNaN(at)) return unpriced;
    const { input_tokens, output_tokens, provider, model_id } = call;
    const when = new Date(at);
    const listed = catalog.price(provider ?? "", model_id ?? "", when);
    const row = {
      input_price: prices.input_price.price,
      output_price: prices.output_price.price,
      cache_read_price: null,
      cache_write_price: null,
    };
    const present = rowsByPk.get(model.pk);
    const isByFamily =
      present?.priced_by_family !== undefined &&
      row.input_price === present.input_price &&
      row.output_price === present.output_price;
    const priced = pricesOfCall(row, listed, { input_tokens, at: when });
    const cost_usd = costOf({ input_tokens, output_tokens }, priced);
    if (cost_usd === null) return unpriced;
    return { cost_usd, ...callPriceNotes(row, listed, priced, isByFamily) };
  };
}

const unpriced: CallCost = { cost_usd: null };

type Totals = CallCost & {
  provider: string | null;
  model_id: string | null;
  input_tokens: number | null;
  output_tokens: number | null;
  too_low: string | null;
};

/** Sums over a run's answered calls. A sum with an unknown part is null. */
export function totalsOf(
  calls: readonly PricedCall[],
  costOfCall: (call: PricedCall) => CallCost,
): Totals {
  const answered = calls.filter(({ state }) => state === "answered");
  const last = calls.at(-1);
  const costs = answered.map(costOfCall);
  const reasons = new Set(
    answered.flatMap(({ provider, model_id }) => {
      return uncountedTokens(provider ? providerIdOf(provider) : null, model_id ?? "") ?? [];
    }),
  );
  const sum = (values: (number | null)[]) =>
    values.length === 0 || values.includes(null)
      ? null
      : values.reduce((total: Big, value) => total.plus(value ?? 0), new Big(0)).toNumber();
  return {
    provider: last?.provider ?? null,
    model_id: last?.model_id ?? null,
    input_tokens: sum(answered.map(({ input_tokens }) => input_tokens)),
    output_tokens: sum(answered.map(({ output_tokens }) => output_tokens)),
    cost_usd: sum(costs.map(({ cost_usd }) => cost_usd)),
    ...joinCallPriceNotes(costs),
    too_low: describeTooLow([...reasons]),
  };
}
