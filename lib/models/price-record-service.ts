import "server-only";
import type { RawAttributes } from "@/lib/activity/schema";
import type { Actor } from "@/lib/auth/actor";
import type { AttributeValue, RawItem } from "@/lib/aws/attributes";
import { type AttributeChanges, applyChanges } from "@/lib/aws/narrow-update";
import type { WriteItem } from "@/lib/aws/transact";
import { type CatalogPrice, loadCatalog } from "@/lib/prices/catalog-repository";
import { type PriceRecord, priceSteps } from "@/lib/prices/rules/price-history";
import { readPriceNotes, recordDeletion, recordPrices } from "./price-notes-repository";
import { creationOf, observePrices, timeAfter } from "./price-observation-service";
import { type DefectiveRow, type ModelRow, parseModelRow } from "./row";
import { isDefective } from "./rules/soundness";
import { type PriceName, priceNames } from "./schema";

type Prices = Partial<Record<PriceName, number | null>>;

/**
 * The price records of a write: the new prices, the prices that the first change replaces, and
 * external changes since the last record.
 */
export async function priceRecords(
  actor: Actor,
  row: ModelRow | DefectiveRow,
  written: AttributeChanges,
  at: string,
  repricing?: Repricing,
): Promise<WriteItem[]> {
  const catalog = await loadCatalog();
  const next = parseModelRow(applyChanges(row.raw, written), catalog);
  if (isDefective(next)) return [];
  const listed = catalog.price(next.provider, next.model_id);
  const record = (from: string, names: readonly PriceName[]) =>
    newPriceRecord(next, from, names, provenanceOf(actor, next, names, listed), repricing);
  if (isDefective(row)) {
    const names = priceNames.filter((name) => name in written);
    return names.length > 0 ? [record(at, names)] : [];
  }
  const changed = priceNames.filter(
    (name) => next[name] !== row[name] || repricing?.names.includes(name),
  );
  const { records, unsaved } = await observePrices(row, await readPriceNotes(row.pk));
  // The observation may just have recorded an external change, which this write must follow.
  const since = timeAfter(records, at);
  const current = changed.length > 0 ? [record(since, changed)] : [];
  if (records.length === 0) {
    return changed.length > 0 ? [initialPriceRecord(row), ...current] : [];
  }
  return [...unsaved, ...missingPriceRecords(row, records, at, changed), ...current];
}

/** Prices that come into force at a time other than now, by name. */
export type Repricing = { from: string; names: readonly PriceName[] };

function newPriceRecord(
  row: ModelRow,
  at: string,
  names: readonly PriceName[],
  provenance: NonNullable<PriceRecord["provenance"]>,
  repricing: Repricing | undefined,
): WriteItem {
  const prices = pricesOf(row, names);
  return repricing
    ? recordPrices(row.pk, repricing.from, prices, {
        recorded_at: at,
        origin: "repriced",
        provenance,
      })
    : recordPrices(row.pk, at, prices, { provenance });
}

/** Who sets these prices now, and which catalog lists them. */
function provenanceOf(
  { name: set_by }: Actor,
  row: ModelRow,
  names: readonly PriceName[],
  listed: CatalogPrice | null,
): NonNullable<PriceRecord["provenance"]> {
  return Object.fromEntries(
    names.map((name) => {
      const source = row[`${name}_source`];
      const from = source === "catalog" && listed?.[name] === row[name] ? listed : null;
      return [
        name,
        {
          set_by,
          source,
          layer: from?.layer ?? null,
          as_of: from?.as_of ?? null,
          match: from?.match ?? null,
          region_may_differ: from?.region_may_differ ?? false,
        },
      ];
    }),
  );
}

/** Undoes the repricing of an event, if it was one: the earlier prices are in force again. */
export async function repricingUndo(pk: string, after: RawAttributes | null): Promise<WriteItem[]> {
  if (!after?.prices_from) return [];
  // Events store the raw values of rows.
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

/** Saves the prices before a deletion, for usage that hasn't been priced yet. */
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

/** The prices of a row without records, in force since its creation. */
export function initialPrices(row: ModelRow) {
  const names = priceNames.filter((name) => row[`${name}_source`] !== null);
  const provenance = Object.fromEntries(
    names.map((name) => {
      const match = row.priced_by_family?.includes(name) ? ("family" as const) : null;
      const region_may_differ = row.price_region_may_differ ?? false;
      const source = row[`${name}_source`];
      // Who wrote the row, and from which catalog, wasn't recorded.
      return [name, { set_by: null, source, layer: null, as_of: null, match, region_may_differ }];
    }),
  );
  return { in_force_from: creationOf(row), prices: pricesOf(row, priceNames), provenance };
}

function initialPriceRecord(row: ModelRow): WriteItem {
  const { in_force_from, prices, provenance } = initialPrices(row);
  return recordPrices(row.pk, in_force_from, prices, { provenance });
}

/**
 * Prices without a record: in force from the row's creation, or from now if a change couldn't be
 * recorded.
 */
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
