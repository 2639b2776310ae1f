import { pluralize } from "@/lib/format";
import "server-only";
import Big from "big.js";
import type { Actor } from "@/lib/auth/actor";
import { mapConcurrently } from "@/lib/batches";
import { invalidField } from "@/lib/errors";
import { listModelsWithNotes, type ModelRow } from "@/lib/models/reference-service";
import { modelSteps, pricesStep } from "@/lib/models/step-service";
import { runOperation } from "@/lib/operations/service";
import { type Catalog, loadCatalog } from "@/lib/prices/catalog-repository";
import { unconfirmedOf } from "@/lib/prices/rules/unconfirmed-cost";
import { readEffectiveDates } from "./facts-service";
import { type Month, priceEffect, readMonthlyUsage } from "./month-service";
import { priceDifferences } from "./rules/differences";
import type {
  PriceChange,
  PriceSyncMonth,
  PriceSyncRequest,
  PriceSyncResult,
  SyncedPrice,
} from "./schema";

type Planned = { row: ModelRow; change: PriceChange };

/**
 * Takes prices from the catalog: the named ones, or all that differ except an admin's. One
 * operation, which can be undone. A dry run reports the effect on the last month's cost and writes
 * nothing.
 * @throws AppError `invalid` for a model that isn't registered or can't be read
 */
export async function syncPrices(
  actor: Actor,
  request: PriceSyncRequest,
  dryRun: boolean,
): Promise<PriceSyncResult> {
  const [catalog, { rows }] = await Promise.all([loadCatalog(), listModelsWithNotes()]);
  const planned = plan(rows, catalog, request);
  if (dryRun) return preview(planned, catalog);
  return write(actor, planned, catalog, request);
}

function plan(rows: ModelRow[], catalog: Catalog, { prices }: PriceSyncRequest): Planned[] {
  const named = prices && new Map(prices.map((entry) => [entry.pk, entry]));
  const pks = new Set(rows.map(({ pk }) => pk));
  for (const [index, { pk }] of prices?.entries() ?? []) {
    if (pks.has(pk)) continue;
    throw invalidField(`prices.${index}.pk`, `There is no model "${pk}" that can be read.`);
  }
  return rows.flatMap((row): Planned[] => {
    const differing = priceDifferences(row, catalog);
    const entry = named?.get(row.pk);
    if (named ? !entry : differing.length === 0) return [];
    const isSelected = ({ name, is_protected }: SyncedPrice) =>
      named ? (entry?.names.includes(name) ?? false) : !is_protected;
    const { pk, provider_id, model_id, display_name } = row;
    const taken = differing.filter(isSelected).map(({ name }) => name);
    const change: PriceChange = {
      pk,
      provider_id,
      model_id,
      display_name,
      etag: entry?.etag ?? row.etag,
      prices: differing,
      taken,
      outcome: taken.length > 0 ? "would_change" : "left",
      message: differing.length === 0 ? "Its prices are the catalog's already." : null,
    };
    return [{ row, change }];
  });
}

async function preview(planned: Planned[], catalog: Catalog): Promise<PriceSyncResult> {
  const [month, changes] = await Promise.all([readMonthlyUsage(), addEffectiveDates(planned)]);
  const withEffects =
    "models" in month ? changes.map((change) => addEffects(change, month)) : changes;
  return {
    as_of: releaseOf(planned, catalog),
    changes: withEffects,
    month: "models" in month ? monthOf(month, withEffects) : month,
    operation_id: null,
  };
}

const readConcurrency = 20;

function addEffectiveDates(planned: Planned[]): Promise<PriceChange[]> {
  return mapConcurrently(planned, readConcurrency, async ({ row, change }) => {
    const since = await readEffectiveDates(row);
    const prices = change.prices.map((price) => ({ ...price, from_since: since[price.name] }));
    return { ...change, prices };
  });
}

function addEffects(change: PriceChange, { models }: Month): PriceChange {
  const used = models.get(change.pk);
  const prices = change.prices.map((price) => {
    const side = price.name === "input_price" || price.name === "output_price" ? price.name : null;
    return { ...price, effect: used && side ? priceEffect(used[side], price.to) : null };
  });
  return { ...change, prices };
}

/** Tokens that weren't priced so far add their full cost. */
function monthOf(
  { from, to, total, stale_because }: Month,
  changes: PriceChange[],
): PriceSyncMonth {
  const { cost_usd: paid, unpriced_tokens, too_low } = total;
  const effects = changes.flatMap(({ prices, taken }) =>
    prices.flatMap(({ name, effect }) => (effect && taken.includes(name) ? [effect] : [])),
  );
  const sum = effects.reduce(
    (total, effect) => total.plus(effect.would_be).minus(effect.paid ?? 0),
    new Big(paid ?? 0),
  );
  const would_be = paid === null && effects.length === 0 ? null : sum.toNumber();
  return {
    from,
    to,
    paid,
    unpriced_tokens,
    would_be,
    stale_because,
    ...(too_low && { too_low }),
    ...unconfirmedOf(total),
  };
}

function releaseOf(planned: Planned[], catalog: Catalog): string | null {
  for (const { row } of planned) {
    const listed = catalog.price(row.provider, row.model_id);
    if (listed) return listed.as_of;
  }
  return null;
}

async function write(
  actor: Actor,
  planned: Planned[],
  catalog: Catalog,
  { prices, operation_id: id }: PriceSyncRequest,
): Promise<PriceSyncResult> {
  const etags = new Map(prices?.map(({ pk, etag }) => [pk, etag ?? null]));
  const steps = planned.flatMap(({ row, change }) => {
    const values = change.prices.filter(({ name }) => change.taken.includes(name));
    const taken = Object.fromEntries(values.map(({ name, to }) => [name, to]));
    return values.length > 0
      ? [pricesStep(row, taken, "catalog", catalog, etags.get(row.pk) ?? null)]
      : [];
  });
  const changes = planned.map(({ change }) => change);
  const as_of = releaseOf(planned, catalog);
  if (steps.length === 0) return { as_of, changes, month: null, operation_id: null };
  const modelCount = pluralize(steps.length, "model");
  const title = `Sync the prices of ${modelCount} with the catalog`;
  const operation = await runOperation(
    actor,
    {
      kind: "price_sync",
      title,
      steps,
      ...(id && { id }),
    },
    { model: modelSteps },
  );
  const items = new Map(operation.items.map((item) => [item.entity.id, item]));
  const settled = changes.map((change): PriceChange => {
    const item = items.get(change.pk);
    if (!item) return change;
    const outcome = item.outcome === "done" ? "changed" : item.outcome;
    return { ...change, outcome, message: item.message };
  });
  return { as_of, changes: settled, month: null, operation_id: operation.operation_id };
}
