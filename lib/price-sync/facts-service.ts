import "server-only";
import {
  type ModelRow,
  observePrices,
  readPriceNotes,
  readValidRow,
} from "@/lib/models/reference-service";
import { type ModelKey, type PriceName, priceNames } from "@/lib/models/schema";
import { type CatalogPrice, loadCatalog } from "@/lib/prices/catalog-repository";
import { noPrices } from "@/lib/prices/rules/catalog-model";
import { type PriceRecord, type PriceStep, priceSteps } from "@/lib/prices/rules/price-history";
import type { ModelPriceFacts, PriceHistoryEntry } from "./schema";

type Steps = Record<PriceName, PriceStep[]>;

/** The most entries in the sheet; the model's history has the rest. */
const maxEntries = 100;

/**
 * A model's prices, since when they hold, earlier prices, and the catalog's prices.
 * @throws AppError `not_found`, `model_defective`
 */
export async function readPriceFacts(key: ModelKey): Promise<ModelPriceFacts> {
  const row = await readValidRow(key);
  const [catalog, steps] = await Promise.all([loadCatalog(), readSteps(row)]);
  const listed = catalog.price(row.provider, row.model_id);
  return {
    pk: row.pk,
    since: sinceOf(row, steps),
    sources: byName((name) =>
      row.priced_by_family?.includes(name) ? "family" : row[`${name}_source`],
    ),
    catalog: toCatalogFacts(listed),
    history: historyOf(row, steps).slice(0, maxEntries),
  };
}

/** Since when each current price of a row holds. */
export async function readEffectiveDates(row: ModelRow): Promise<ModelPriceFacts["since"]> {
  const { records } = await readPriceNotes(row.pk);
  return sinceOf(row, toSteps(row, records));
}

async function readSteps(listed: ModelRow): Promise<Steps> {
  const { row, records } = await observePrices(listed, await readPriceNotes(listed.pk));
  return toSteps(row, records);
}

function toSteps(row: ModelRow, records: PriceRecord[]): Steps {
  return byName((name) => changesOnly(priceSteps(name, records, row)));
}

/** Drops repeated prices and assumed ones that a record confirms. */
function changesOnly(steps: PriceStep[]): PriceStep[] {
  return steps.filter((step, index) => {
    const before = steps[index - 1];
    if (before && before.price === step.price && index > 1) return false;
    return index > 0 || steps[1]?.price !== step.price;
  });
}

function sinceOf(row: ModelRow, steps: Steps): ModelPriceFacts["since"] {
  return byName((name) => {
    const last = steps[name].at(-1);
    return row[name] === null || !last ? null : startOf(last, row);
  });
}

/** A price that never changed holds since the row was created, as far as is known. */
function startOf({ from }: PriceStep, { created_at }: ModelRow): string | null {
  return Number.isFinite(from) ? new Date(from).toISOString() : created_at;
}

function historyOf(row: ModelRow, steps: Steps): PriceHistoryEntry[] {
  const times = new Set(priceNames.flatMap((name) => steps[name].map(({ from }) => from)));
  const newestFirst = [...times].sort((a, b) => b - a);
  return newestFirst.flatMap((from): PriceHistoryEntry[] => {
    const changed = priceNames.filter((name) => steps[name].some((step) => step.from === from));
    const prices = byName(
      (name) => steps[name].findLast((step) => step.from <= from)?.price ?? null,
    );
    if (Object.values(prices).every((price) => price === null) && !Number.isFinite(from)) return [];
    const assumed = changed.some((name) =>
      steps[name].some((step) => step.from === from && step.assumed),
    );
    const provenance = byName((name) => provenanceOf(row, name, steps[name], from));
    const start = startOf({ from, price: null, assumed }, row);
    return [{ from: start, prices, changed, assumed, provenance }];
  });
}

/** For a present price without a record, the row at least has the source. */
function provenanceOf(row: ModelRow, name: PriceName, steps: PriceStep[], from: number) {
  const step = steps.findLast((some) => some.from <= from);
  if (!step || step.price === null) return null;
  const source = row[`${name}_source`];
  const isPresent = step === steps.at(-1);
  if (!isPresent || step.provenance?.source === source) return step.provenance ?? null;
  return source && { ...noProvenance, source };
}

const noProvenance = {
  set_by: null,
  layer: null,
  as_of: null,
  match: null,
  region_may_differ: false,
} as const;

function byName<Value>(pick: (name: PriceName) => Value): Record<PriceName, Value> {
  return {
    input_price: pick("input_price"),
    output_price: pick("output_price"),
    cache_read_price: pick("cache_read_price"),
    cache_write_price: pick("cache_write_price"),
  };
}

const notListed: ModelPriceFacts["catalog"] = {
  ...noPrices,
  layer: null,
  as_of: null,
  source: null,
  match: "none",
  matched: null,
  since: null,
  region_may_differ: false,
  unverified: false,
  cache_from: null,
  varies_by_hour: false,
  windows: [],
  tiers: [],
};

function toCatalogFacts(price: CatalogPrice | null): ModelPriceFacts["catalog"] {
  if (!price) return notListed;
  const { name: _, context_window: __, tiers = [], windows, ...facts } = price;
  return { ...facts, varies_by_hour: windows.length > 0, windows, tiers };
}
