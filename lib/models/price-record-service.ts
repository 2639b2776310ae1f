import "server-only";
import type { RawAttributes } from "@/lib/activity/schema";
import type { AttributeValue, RawItem } from "@/lib/aws/attributes";
import { type AttributeChanges, applyChanges } from "@/lib/aws/narrow-update";
import type { WriteItem } from "@/lib/aws/transact";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { type PriceRecord, priceSteps } from "@/lib/prices/rules/price-history";
import { readPriceNotes, recordDeletion, recordPrices } from "./notes-repository";
import { creationOf, observePrices, timeAfter } from "./price-observation-service";
import { type DefectiveRow, type ModelRow, parseModelRow } from "./row";
import { isDefective } from "./rules/soundness";
import { type PriceName, priceNames } from "./schema";

type Prices = Partial<Record<PriceName, number | null>>;

/**
 * Price records of a write: the new prices; before the first change, the prices they replace; and
 * external changes since the last record.
 */
export async function priceRecords(
  row: ModelRow | DefectiveRow,
  written: AttributeChanges,
  at: string,
  repricing?: Repricing,
): Promise<WriteItem[]> {
  const next = parseModelRow(applyChanges(row.raw, written), await loadCatalog());
  if (isDefective(next)) return [];
  if (isDefective(row)) {
    const names = priceNames.filter((name) => name in written);
    return names.length > 0 ? [newPriceRecord(next, at, names, repricing)] : [];
  }
  const changed = priceNames.filter(
    (name) => next[name] !== row[name] || repricing?.names.includes(name),
  );
  const { records, unsaved } = await observePrices(row, await readPriceNotes(row.pk));
  // The observation may just have recorded what others set: this write comes after it.
  const since = timeAfter(records, at);
  const current = changed.length > 0 ? [newPriceRecord(next, since, changed, repricing)] : [];
  if (records.length === 0) {
    return changed.length > 0 ? [initialPriceRecord(row), ...current] : [];
  }
  return [...unsaved, ...missingPriceRecords(row, records, at, changed), ...current];
}

/** Prices that hold from another time than now, by name. */
export type Repricing = { from: string; names: readonly PriceName[] };

function newPriceRecord(
  row: ModelRow,
  at: string,
  names: readonly PriceName[],
  repricing: Repricing | undefined,
): WriteItem {
  const prices = pricesOf(row, names);
  return repricing
    ? recordPrices(row.pk, repricing.from, prices, { recorded_at: at, origin: "repriced" })
    : recordPrices(row.pk, at, prices);
}

/** Takes back the repricing of an event, if it was one: earlier prices hold again. */
export async function repricingUndo(pk: string, after: RawAttributes | null): Promise<WriteItem[]> {
  if (!after?.prices_from) return [];
  // Events keep the raw values of rows.
  const values = after as RawItem;
  const { records } = await readPriceNotes(pk);
  const undone = new Set(records.map(({ undoes }) => undoes));
  const repricing = records.findLast(
    ({ origin, in_force_from, recorded_at, prices }) =>
      origin === "repriced" &&
      in_force_from === values.prices_from?.S &&
      !undone.has(recorded_at) &&
      Object.entries(prices).every(([name, price]) => price === numberOf(values[name])),
  );
  if (!repricing?.recorded_at) return [];
  const at = new Date().toISOString();
  return [recordPrices(pk, at, {}, { recorded_at: at, undoes: repricing.recorded_at })];
}

const numberOf = (value: AttributeValue | undefined) =>
  value?.N === undefined ? null : Number(value.N);

/** Keeps prices after deletion, for usage that is still to be priced. */
export async function finalPriceRecords(
  row: ModelRow | DefectiveRow,
  at: string,
): Promise<WriteItem[]> {
  if (isDefective(row)) return [];
  const { records, unsaved } = await observePrices(row, await readPriceNotes(row.pk));
  const deletion = recordDeletion(row.pk, at);
  if (records.length > 0)
    return [deletion, ...unsaved, ...missingPriceRecords(row, records, at, [])];
  const isPriced = priceNames.some((name) => row[name] !== null);
  return isPriced ? [deletion, initialPriceRecord(row)] : [];
}

function initialPriceRecord(row: ModelRow): WriteItem {
  return recordPrices(row.pk, creationOf(row), pricesOf(row, priceNames));
}

/** Prices that no record holds: from the row's creation, or from now if a change could not be recorded. */
function missingPriceRecords(
  row: ModelRow,
  records: PriceRecord[],
  at: string,
  changed: readonly PriceName[],
): WriteItem[] {
  const pricesByPk = new Map<string, Prices>();
  for (const name of priceNames) {
    const isRecorded = records.some(({ prices }) => prices[name] !== undefined);
    const last = isRecorded ? priceSteps(name, records, null).at(-1)?.price : null;
    if (last === row[name] || (isRecorded && changed.includes(name))) continue;
    const from = isRecorded ? at : creationOf(row);
    pricesByPk.set(from, { ...pricesByPk.get(from), [name]: row[name] });
  }
  return [...pricesByPk].map(([from, prices]) =>
    recordPrices(row.pk, from, withoutUndefined(prices)),
  );
}

function pricesOf(row: ModelRow, names: readonly PriceName[]): Record<string, number | null> {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

function withoutUndefined(prices: Prices): Record<string, number | null> {
  return Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, price ?? null]));
}
