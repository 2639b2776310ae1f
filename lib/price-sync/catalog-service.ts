import "server-only";
import Big from "big.js";
import type { Actor } from "@/lib/auth/actor";
import { listModelsWithNotes, type ModelRow } from "@/lib/models/reference-service";
import { priceNames } from "@/lib/models/schema";
import {
  assertNotHalved,
  parseCatalog,
  readAdminCatalog,
  removeCatalog,
  saveCatalog,
} from "@/lib/prices/admin-catalog-service";
import { type Catalog, catalogWith, loadCatalog } from "@/lib/prices/catalog-repository";
import {
  assertNoRemoteCatalog,
  forgetRemoteCheck,
  readRemoteCatalog,
} from "@/lib/prices/remote-catalog-service";
import { type Month, priceEffect, readMonthlyUsage } from "./month-service";
import type {
  CatalogChange,
  Coverage,
  PriceCatalog,
  PriceCatalogOptions,
  PriceCatalogPreview,
  PriceEffect,
} from "./schema";

const dayMs = 24 * 3_600_000;

/** The catalogs, their age, and how many registered models they list. */
export async function readPriceCatalog(): Promise<PriceCatalog> {
  const [catalog, { rows }] = await Promise.all([loadCatalog(), listModelsWithNotes()]);
  return describeCatalog(catalog, rows);
}

/**
 * Imports a price catalog, or reports with `dry_run` what it would change. Writes no model row.
 * @throws AppError `malformed`, `invalid`, `too_large` with the reason, `conflict`, also where the
 *   catalog comes from `PRICE_CATALOG`
 */
export async function savePriceCatalog(
  actor: Actor,
  text: string,
  { dry_run, as_of = new Date().toISOString().slice(0, 10) }: PriceCatalogOptions,
): Promise<PriceCatalogPreview> {
  const [before, catalog, { rows }] = await Promise.all([
    readAdminCatalog(),
    loadCatalog(),
    listModelsWithNotes(),
  ]);
  const file = await parseCatalog(text, as_of);
  assertNotHalved(file, before);
  const next = catalogWith(catalog, { as_of, format: file.format }, file.models);
  if (!dry_run) assertNoRemoteCatalog();
  if (!dry_run) await saveCatalog(actor, file, as_of, before);
  const month = await readMonthlyUsage();
  const usage = "models" in month ? month.models : null;
  return {
    ...(await describeCatalog(next, rows)),
    format: file.format,
    models: file.models.length,
    skipped: file.invalid,
    coverage_before: coverageOf(catalog, rows),
    changes: rows.flatMap((row) => changeOf(row, catalog, next, usage?.get(row.pk)) ?? []),
  };
}

/** @throws AppError `not_found`, `conflict` */
export async function deletePriceCatalog(actor: Actor): Promise<PriceCatalog> {
  await removeCatalog(actor);
  await forgetRemoteCheck();
  return readPriceCatalog();
}

async function describeCatalog(catalog: Catalog, rows: readonly ModelRow[]): Promise<PriceCatalog> {
  const [admin, remote] = await Promise.all([readAdminCatalog(), readRemoteCatalog()]);
  return {
    layers: catalog.layers.map(({ name, as_of, models }) => ({
      layer: name,
      as_of,
      age_days: Math.max(0, Math.floor((Date.now() - Date.parse(as_of)) / dayMs)),
      models: models.length,
    })),
    coverage: coverageOf(catalog, rows),
    admin: admin && {
      format: admin.format,
      brought_at: admin.brought_at,
      brought_by: admin.brought_by,
    },
    remote,
  };
}

function coverageOf(catalog: Catalog, rows: readonly ModelRow[]): Coverage {
  const coverage = { models: rows.length, exact: 0, dated: 0, family: 0, none: 0 };
  for (const { provider, model_id } of rows) {
    coverage[catalog.price(provider, model_id)?.match ?? "none"] += 1;
  }
  return coverage;
}

type ModelMonth = Month["models"] extends Map<string, infer Value> ? Value : never;

function changeOf(
  row: ModelRow,
  before: Catalog,
  after: Catalog,
  used: ModelMonth | undefined,
): CatalogChange | null {
  const [from, to] = [before, after].map((catalog) => catalog.price(row.provider, row.model_id));
  const prices = priceNames
    .map((name) => ({ name, from: from?.[name] ?? null, to: to?.[name] ?? null }))
    .filter((price) => price.from !== price.to);
  const match = { from: from?.match ?? "none", to: to?.match ?? "none" } as const;
  const region_may_differ = {
    from: from?.region_may_differ ?? false,
    to: to?.region_may_differ ?? false,
  };
  const isSameMatch = match.from === match.to && region_may_differ.from === region_may_differ.to;
  if (prices.length === 0 && isSameMatch) return null;
  const effects = (["input_price", "output_price"] as const).flatMap((name) => {
    const price = to?.[name] ?? null;
    return used && price !== null ? (priceEffect(used[name], price) ?? []) : [];
  });
  const isPriced = prices.length > 0 && effects.length > 0;
  const effect = isPriced ? sumOfEffects(effects) : null;
  return { pk: row.pk, display_name: row.display_name, match, region_may_differ, prices, effect };
}

function sumOfEffects(effects: readonly PriceEffect[]): PriceEffect {
  const sum = (values: readonly number[]) =>
    values.reduce((total, value) => total.plus(value), new Big(0)).toNumber();
  const paid = effects.flatMap((effect) => effect.paid ?? []);
  return {
    paid: paid.length > 0 ? sum(paid) : null,
    would_be: sum(effects.map(({ would_be }) => would_be)),
  };
}
