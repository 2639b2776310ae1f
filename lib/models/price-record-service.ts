import "server-only";
import { type AttributeChanges, applyChanges } from "@/lib/aws/narrow-update";
import type { WriteItem } from "@/lib/aws/transact";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { type PriceRecord, priceSteps } from "@/lib/prices/rules/price-history";
import { readPriceNotes, recordDeletion, recordPrices } from "./notes-repository";
import { observePrices } from "./price-observation-service";
import { type DefectiveRow, type ModelRow, parseModelRow } from "./row";
import { isDefective } from "./rules/soundness";
import { type PriceName, priceNames } from "./schema";

type Prices = Partial<Record<PriceName, number | null>>;

/** For rows without a creation date. */
const always = "1970-01-01T00:00:00.000Z";

/**
 * Price records of a write: the new prices; before the first change, the prices they replace; and
 * external changes since the last record.
 */
export async function priceRecords(
  row: ModelRow | DefectiveRow,
  written: AttributeChanges,
  at: string,
): Promise<WriteItem[]> {
  const next = parseModelRow(applyChanges(row.raw, written), await loadCatalog());
  if (isDefective(next)) return [];
  if (isDefective(row)) {
    const names = priceNames.filter((name) => name in written);
    return names.length > 0 ? [recordPrices(row.pk, at, pricesOf(next, names))] : [];
  }
  const changed = priceNames.filter((name) => next[name] !== row[name]);
  const { records } = await observePrices(row, await readPriceNotes(row.pk));
  const current = changed.length > 0 ? [recordPrices(row.pk, at, pricesOf(next, changed))] : [];
  if (records.length === 0) {
    return changed.length > 0 ? [initialPriceRecord(row), ...current] : [];
  }
  return [...missingPriceRecords(row, records, at, changed), ...current];
}

/** Keeps prices after deletion, for usage that is still to be priced. */
export async function finalPriceRecords(
  row: ModelRow | DefectiveRow,
  at: string,
): Promise<WriteItem[]> {
  if (isDefective(row)) return [];
  const { records } = await observePrices(row, await readPriceNotes(row.pk));
  const deletion = recordDeletion(row.pk, at);
  if (records.length > 0) return [deletion, ...missingPriceRecords(row, records, at, [])];
  const isPriced = priceNames.some((name) => row[name] !== null);
  return isPriced ? [deletion, initialPriceRecord(row)] : [];
}

function initialPriceRecord(row: ModelRow): WriteItem {
  return recordPrices(row.pk, row.created_at ?? always, pricesOf(row, priceNames));
}

/** Prices that no record holds: from the row's creation, or from now if a change could not be recorded. */
function missingPriceRecords(
  row: ModelRow,
  records: PriceRecord[],
  at: string,
  changed: readonly PriceName[],
): WriteItem[] {
  const found = new Map<string, Prices>();
  for (const name of priceNames) {
    const isRecorded = records.some(({ prices }) => prices[name] !== undefined);
    const last = isRecorded ? priceSteps(name, records, null).at(-1)?.price : null;
    if (last === row[name] || (isRecorded && changed.includes(name))) continue;
    const from = isRecorded ? at : (row.created_at ?? always);
    found.set(from, { ...found.get(from), [name]: row[name] });
  }
  return [...found].map(([from, prices]) => recordPrices(row.pk, from, withoutUndefined(prices)));
}

function pricesOf(row: ModelRow, names: readonly PriceName[]): Record<string, number | null> {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

function withoutUndefined(prices: Prices): Record<string, number | null> {
  return Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, price ?? null]));
}
