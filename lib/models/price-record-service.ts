import "server-only";
import { type AttributeChanges, applyChanges } from "@/lib/aws/narrow-update";
import type { WriteItem } from "@/lib/aws/transact";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { utcTime } from "@/lib/utc-time";
import { listPriceRecords, recordPrices } from "./notes-repository";
import { type DefectiveRow, type ModelRow, parseModelRow } from "./row";
import { isDefective } from "./rules/soundness";
import { type PriceName, priceNames } from "./schema";

type Prices = Partial<Record<PriceName, number | null>>;
type Recorded = Awaited<ReturnType<typeof listPriceRecords>>;

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
  const records = await listPriceRecords(row.pk);
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
  const records = await listPriceRecords(row.pk);
  if (records.length > 0) return missingPriceRecords(row, records, at, []);
  return priceNames.some((name) => row[name] !== null) ? [initialPriceRecord(row)] : [];
}

function initialPriceRecord(row: ModelRow): WriteItem {
  return recordPrices(row.pk, row.created_at ?? always, pricesOf(row, priceNames));
}

/** External price changes, in force since the row's `updated_at` where it tells. */
function missingPriceRecords(
  row: ModelRow,
  records: Recorded,
  at: string,
  changed: readonly PriceName[],
): WriteItem[] {
  const written = row.updated_at ?? always;
  const found = new Map<string, Prices>();
  for (const name of priceNames) {
    const last = lastOf(records, name);
    if (last === null ? row[name] === null : last.price === row[name]) continue;
    const hasTimestamp = last === null || isLater(written, last.in_force_from);
    // The time of the external change is unknown, so it counts from now, unless this write sets the price.
    if (!hasTimestamp && changed.includes(name)) continue;
    const from = last === null ? (row.created_at ?? always) : hasTimestamp ? written : at;
    found.set(from, { ...found.get(from), [name]: row[name] });
  }
  return [...found].map(([from, prices]) => recordPrices(row.pk, from, withoutUndefined(prices)));
}

function lastOf(records: Recorded, name: PriceName) {
  const named = records.flatMap(({ in_force_from, prices }) => {
    const price = prices[name];
    return price === undefined ? [] : [{ in_force_from, price }];
  });
  return named.reduce<(typeof named)[number] | null>(
    (last, entry) =>
      last === null || !isLater(last.in_force_from, entry.in_force_from) ? entry : last,
    null,
  );
}

const isLater = (one: string, other: string) => utcTime(one) > utcTime(other);

function pricesOf(row: ModelRow, names: readonly PriceName[]): Record<string, number | null> {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

function withoutUndefined(prices: Prices): Record<string, number | null> {
  return Object.fromEntries(Object.entries(prices).map(([name, price]) => [name, price ?? null]));
}
