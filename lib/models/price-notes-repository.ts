import "server-only";
import { randomUUID } from "node:crypto";
import { numberAttribute, type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { listNotedRows, managementKey, managementTable as table } from "@/lib/aws/management-table";
import { field, rowCodec, toAttribute } from "@/lib/aws/row-codec";
import { putItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import type { CatalogMatch, LayerName } from "@/lib/prices/rules/catalog-model";
import type { PriceRecord } from "@/lib/prices/rules/price-history";
import type { PriceSource } from "./schema";

const pricesOf = (pk: string) => `model#${pk}`;
const pricePrefix = "price#";
const priceOrigins = ["repriced", "assumed"] as const satisfies PriceRecord["origin"][];

/** What is recorded about a model's prices: changes, the prices last seen, and when the row existed. */
export type PriceNotes = {
  /** Sorted by the time from which they hold. Prices that a record doesn't name stay in force. */
  records: PriceRecord[];
  /** Prices seen before any were recorded or observed; null until then. */
  seen: SeenPrices | null;
  /** When the row was first seen, if it has no creation date. ISO 8601 UTC. */
  appeared_at: string | null;
  /** When the console deleted the row. ISO 8601 UTC. */
  deleted_at: string | null;
};
export type SeenPrices = { seen_at: string; prices: Record<string, number | null> };

const seenKey = "seen-prices";
const appearedKey = "appeared";
const deletedKey = "deleted";

export async function readPriceNotes(pk: string): Promise<PriceNotes> {
  const items = await listNotedRows(pricesOf(pk));
  const find = (key: string) => items.find(({ sk }) => sk?.S === key);
  const seen = find(seenKey);
  return {
    records: items.filter(({ sk }) => sk?.S?.startsWith(pricePrefix)).map(toPriceRecord),
    seen: seen ? { seen_at: seen.at?.S ?? "", prices: numbersOf(seen.prices?.M ?? {}) } : null,
    appeared_at: find(appearedKey)?.at?.S ?? null,
    deleted_at: find(deletedKey)?.at?.S ?? null,
  };
}

function toPriceRecord({
  in_force_from,
  recorded_at,
  origin,
  undoes,
  provenance,
  ...item
}: RawItem): PriceRecord {
  const priceOrigin = priceOrigins.find((name) => name === origin?.S);
  return {
    in_force_from: in_force_from?.S ?? "",
    prices: numbersOf(item),
    ...(recorded_at?.S && { recorded_at: recorded_at.S }),
    ...(priceOrigin && { origin: priceOrigin }),
    ...(undoes?.S && { undoes: undoes.S }),
    ...(provenance?.M && { provenance: toProvenance(provenance.M) }),
  };
}

/** Rows leave out null members. */
const provenanceRow = rowCodec({
  set_by: field.optionalText,
  source: field.trusted<PriceSource>().nullable(),
  layer: field.trusted<LayerName>().nullable(),
  as_of: field.optionalText,
  match: field.trusted<CatalogMatch>().nullable(),
  region_may_differ: field.flag,
});

type ProvenanceByName = NonNullable<PriceRecord["provenance"]>;

function toProvenance(byName: RawItem): ProvenanceByName {
  return Object.fromEntries(
    Object.entries(byName).map(([name, { M = {} }]) => [name, provenanceRow.decode(M)]),
  );
}

function numbersOf(item: RawItem): Record<string, number | null> {
  const numbers = Object.entries(item).flatMap(([name, { N, NULL }]) =>
    N !== undefined || NULL ? [[name, N === undefined ? null : Number(N)] as const] : [],
  );
  return Object.fromEntries(numbers);
}

function numberAttributes(prices: Record<string, number | null>): RawItem {
  const values = Object.entries(prices).map(([name, price]) => [
    name,
    price === null ? { NULL: true as const } : numberAttribute(price),
  ]);
  return Object.fromEntries(values);
}

type Recording = Pick<PriceRecord, "recorded_at" | "origin" | "undoes" | "provenance">;

/**
 * Prices in force from `at` on (USD per 1M tokens; null = not priced). Prices that aren't named
 * stay in force.
 */
export function recordPrices(
  pk: string,
  at: string,
  prices: Record<string, number | null>,
  { recorded_at, origin, undoes, provenance }: Recording = {},
): WriteItem {
  const item = {
    ...numberAttributes(prices),
    ...managementKey(pricesOf(pk), `${pricePrefix}${at}#${randomUUID()}`),
    in_force_from: stringAttribute(at),
    ...(recorded_at && { recorded_at: stringAttribute(recorded_at) }),
    ...(origin && { origin: stringAttribute(origin) }),
    ...(undoes && { undoes: stringAttribute(undoes) }),
    ...(provenance && { provenance: toAttribute(provenance) }),
  };
  return putItem(table(), item, {}, () => pricesBusy(pk));
}

/** Saves the prices that were seen, unless another copy has saved them since `before` was read. */
export function saveSeenPrices(
  pk: string,
  prices: Record<string, number | null>,
  at: string,
  before: SeenPrices | null,
): WriteItem {
  const item = {
    ...managementKey(pricesOf(pk), seenKey),
    at: stringAttribute(at),
    prices: { M: numberAttributes(prices) },
  };
  const unchanged = before
    ? {
        ConditionExpression: "#at = :before",
        ExpressionAttributeNames: { "#at": "at" },
        ExpressionAttributeValues: { ":before": stringAttribute(before.seen_at) },
      }
    : { ConditionExpression: "attribute_not_exists(pk)" };
  return putItem(table(), item, unchanged, () => pricesBusy(pk));
}

/** Saves when a row was first seen, once. */
export function saveAppearance(pk: string, at: string): WriteItem {
  const item = { ...managementKey(pricesOf(pk), appearedKey), at: stringAttribute(at) };
  const once = { ConditionExpression: "attribute_not_exists(pk)" };
  return putItem(table(), item, once, () => pricesBusy(pk));
}

/** Records when a row was deleted. Until then its prices apply to usage under its name. */
export function recordDeletion(pk: string, at: string): WriteItem {
  const item = { ...managementKey(pricesOf(pk), deletedKey), at: stringAttribute(at) };
  return putItem(table(), item, {}, () => pricesBusy(pk));
}

const pricesBusy = (pk: string) => new AppError("conflict", `Prices of "${pk}" are busy.`);
