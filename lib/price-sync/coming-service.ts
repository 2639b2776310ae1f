import "server-only";
import Big from "big.js";
import { readProviderListings } from "@/lib/discovery/provider-list-service";
import { listModelsWithNotes, type ModelRow } from "@/lib/models/reference-service";
import type { ProviderListing } from "@/lib/models/rules/evidence";
import { findAgentsByModel } from "@/lib/models/users-service";
import { type Catalog, loadCatalog } from "@/lib/prices/catalog-repository";
import { sumUnconfirmed } from "@/lib/prices/rules/unconfirmed-cost";
import type { UnconfirmedCost } from "@/lib/prices/schema";
import { type Month, priceEffect, readMonthlyUsage } from "./month-service";
import type { ComingChange, ComingChanges } from "./schema";

const names = ["input_price", "output_price"] as const;

/**
 * Announced price changes and retirements of registered models, the next one first, with the agents
 * and the spend that they affect.
 */
export async function listComingChanges(): Promise<ComingChanges> {
  const now = new Date();
  const [catalog, { rows }, users, month, listings] = await Promise.all([
    loadCatalog(),
    listModelsWithNotes(),
    findAgentsByModel(),
    readMonthlyUsage(),
    readProviderListings(),
  ]);
  const usage = "models" in month ? month.models : null;
  const changes = rows.flatMap((row): ComingChange[] => {
    const agents = users && (users.byPk.get(row.pk)?.length ?? 0);
    if (!row.is_active && !agents) return [];
    const listing = row.provider_id ? (listings.get(row.provider_id) ?? null) : null;
    const common = { pk: row.pk, display_name: row.display_name, agents };
    const used = usage?.get(row.pk) ?? null;
    return [
      ...priceChange(row, catalog, now, used).map((change) => ({ ...common, ...change })),
      ...retirement(row, catalog, listing, now, used).map((change) => ({ ...common, ...change })),
    ];
  });
  return {
    as_of: now.toISOString(),
    unknown_because: "models" in month ? month.stale_because : month.unknown_because,
    changes: changes.sort((a, b) => (`${a.on} ${a.pk}` < `${b.on} ${b.pk}` ? -1 : 1)),
  };
}

type ModelMonth = Month["models"] extends Map<string, infer Value> ? Value : never;
type Change = Omit<ComingChange, "pk" | "display_name" | "agents">;

function priceChange(
  { provider, model_id }: ModelRow,
  catalog: Catalog,
  now: Date,
  used: ModelMonth | null,
): Change[] {
  const coming = catalog.coming(provider, model_id, now);
  if (!coming) return [];
  const prices = names.flatMap((name) => {
    const [from, to] = [coming.now[name], coming.prices[name]];
    return to === null || to === from ? [] : [{ name, from, to }];
  });
  if (prices.length === 0) return [];
  const effects = names.flatMap((name) => {
    const to = coming.prices[name];
    return used && to !== null ? (priceEffect(used[name], to) ?? []) : [];
  });
  const { from: on, layer, source } = coming;
  return [
    {
      kind: "prices",
      on,
      prices,
      ...spentOf(used),
      then_usd: effects.length === 0 ? null : sum(effects.map(({ would_be }) => would_be)),
      layer,
      source,
    },
  ];
}

function retirement(
  row: ModelRow,
  catalog: Catalog,
  listing: ProviderListing | null,
  now: Date,
  used: ModelMonth | null,
): Change[] {
  const listed = listing?.models.find(({ model_id }) => model_id === row.model_id)?.retires_on;
  const lifecycle = catalog.lifecycle(row.provider, row.model_id);
  const on = listed ?? lifecycle?.retires_on ?? row.retires_on;
  if (!on || on < now.toISOString().slice(0, 10)) return [];
  const fromCatalog = !listed && lifecycle?.retires_on ? lifecycle : null;
  return [
    {
      kind: "retirement",
      on,
      prices: [],
      ...spentOf(used),
      then_usd: null,
      layer: fromCatalog?.layer ?? null,
      source: fromCatalog?.source ?? null,
    },
  ];
}

/** USD of the last 30 days; null without usage or prices. */
function spentOf(
  used: ModelMonth | null,
): Pick<Change, "month_usd" | "too_low" | keyof UnconfirmedCost> {
  const figures = names.flatMap((name) => used?.[name].spend.figures() ?? []);
  const costs = figures.flatMap(({ cost_usd }) => cost_usd ?? []);
  if (costs.length === 0) return { month_usd: null };
  const too_low = [...new Set(figures.flatMap((figure) => figure.too_low ?? []))];
  return {
    month_usd: sum(costs),
    ...(too_low.length > 0 && { too_low }),
    ...sumUnconfirmed(figures),
  };
}

const sum = (values: readonly number[]) =>
  values.reduce((total, value) => total.plus(value), new Big(0)).toNumber();
