import "server-only";
import {
  type AttributeValue,
  attributeReader,
  booleanAttribute,
  etagOf,
  numberAttribute,
  type RawItem,
  stringAttribute,
} from "@/lib/aws/attributes";
import type { AttributeChanges } from "@/lib/aws/narrow-update";
import { env } from "@/lib/env";
import type { Catalog, CatalogPrice } from "@/lib/prices/catalog-repository";
import { type PriceUnit, readLegacyPrice, writeLegacyPrice } from "@/lib/prices/rules/price";
import { isAtBasePrice, isSamePrice } from "@/lib/prices/rules/price-guard";
import { providerIdOf } from "@/lib/providers/schema";
import {
  type DefectiveModel,
  lifecycles,
  type ModelChanges,
  type ModelDraft,
  type ModelKey,
  type ModelNotes,
  type ModelRecord,
  type PriceName,
  type PriceSource,
  priceNames,
  type RuntimeCallable,
} from "./schema";

/** The values and the raw attributes of a row, without those that are stored elsewhere. */
export type ModelRow = Omit<
  ModelRecord,
  "used_by" | "availability" | keyof ModelNotes | keyof RuntimeCallable
> & {
  raw: RawItem;
  legacy_disagreements: LegacyDisagreement[];
};
export type LegacyDisagreement = {
  name: LegacyPrice;
  /** The price in the canonical attribute. */
  price: number;
  /** The number in the older attribute, and the price that it is read as. */
  stored: number;
  legacy_price: number;
};
export type DefectiveRow = DefectiveModel & { raw: RawItem };

const legacyPrices = ["input_price", "output_price"] as const;
type LegacyPrice = (typeof legacyPrices)[number];

/** The parts of a key; null if it isn't `provider#model_id`. */
export function splitPk(pk: string): ModelKey | null {
  const [provider, model_id, ...rest] = pk.split("#");
  return provider && model_id && rest.length === 0 ? { provider, model_id } : null;
}

/** Parses a row of LLMModels. Returns a defective row with its reasons. */
export function parseModelRow(raw: RawItem, catalog: Catalog): ModelRow | DefectiveRow {
  const reader = attributeReader(raw);
  const pk = reader.string("pk") ?? "";
  const key = splitPk(pk);
  const provider = reader.string("provider") ?? key?.provider;
  const model_id = reader.string("model_id") ?? key?.model_id;
  if (!key || provider !== key.provider || model_id !== key.model_id) {
    const expected = `${provider || "?"}#${model_id || "?"}`;
    const expectation =
      pk.split("#").length > 2
        ? ", but must hold one #: agents split it there"
        : `, but must be provider#model_id ("${expected}")`;
    reader.reasons.push(`pk is "${pk}"${expectation}`);
  }
  const row = readAttributes(raw, key ?? { provider: "", model_id: "" }, reader, catalog);
  for (const name of priceNames) {
    if ((row[name] ?? 0) < 0) reader.reasons.push(`${name} is negative`);
  }
  return reader.reasons.length > 0 ? { pk, reasons: reader.reasons, raw } : { ...row, pk, raw };
}

function readAttributes(
  raw: RawItem,
  { provider, model_id }: ModelKey,
  reader: ReturnType<typeof attributeReader>,
  catalog: Catalog,
) {
  const legacy = (name: LegacyPrice) => {
    const price = reader.number(name);
    const stored = reader.number(`${name}_per_1k`);
    if (price !== null || stored === null) return { price, assumed: false };
    return readLegacyPrice(stored, catalog.price(provider, model_id)?.[name] ?? null);
  };
  const input = legacy("input_price");
  const output = legacy("output_price");
  const source = (name: PriceName) => reader.oneOf(`${name}_source`, ["catalog", "admin"]);
  const sources = {
    input_price_source: source("input_price"),
    output_price_source: source("output_price"),
    cache_read_price_source: source("cache_read_price"),
    cache_write_price_source: source("cache_write_price"),
  };
  const taken = priceNames.filter((name) => sources[`${name}_source`] === "catalog");
  const listed = catalog.price(provider, model_id);
  const byFamily = taken.length > 0 && !isListed(listed) ? taken : [];
  const isBasePrice = isAtBasePrice(
    { input_price: input.price, output_price: output.price },
    listed,
  );
  return {
    provider,
    provider_id: providerIdOf(provider) ?? provider,
    model_id,
    display_name: reader.string("display_name") || model_id,
    input_price: input.price,
    output_price: output.price,
    cache_read_price: reader.number("cache_read_price"),
    cache_write_price: reader.number("cache_write_price"),
    ...sources,
    ...(byFamily.length > 0 && { priced_by_family: byFamily }),
    ...(isBasePrice && { price_region_may_differ: true as const }),
    legacy_disagreements: findDisagreements(raw),
    price_unit: input.assumed || output.assumed ? ("assumed" as const) : null,
    max_tokens: reader.number("max_tokens"),
    max_output_tokens: reader.number("max_output_tokens"),
    supports_tools: reader.boolean("supports_tools"),
    supports_vision: reader.boolean("supports_vision"),
    is_active: (reader.oneOf("is_active", ["true", "false"]) ?? "true") === "true",
    is_default: reader.boolean("is_default") ?? false,
    lifecycle: reader.oneOf("lifecycle", lifecycles),
    retires_on: reader.string("retires_on"),
    purpose: reader.string("purpose"),
    created_at: reader.string("created_at"),
    updated_at: reader.string("updated_at"),
    etag: etagOf(raw),
  };
}

/** Whether the catalog's price is the model's own and not only its family's. */
const isListed = (price: CatalogPrice | null) => price !== null && price.match !== "family";

/** A new row, without null attributes. */
export function newModelRow(draft: ModelDraft, at: string, catalog: Catalog): RawItem {
  const { provider, model_id, display_name = model_id, ...rest } = draft;
  const values = { is_active: true, is_default: false, display_name, ...rest };
  const changes = {
    ...toAttributes(values, catalog.price(provider, model_id)),
    ...legacyAttributes({}, values, () => null),
  };
  const present = Object.entries(changes).filter(([, value]) => value !== null);
  return {
    pk: stringAttribute(`${provider}#${model_id}`),
    provider: stringAttribute(provider),
    model_id: stringAttribute(model_id),
    // Nulls are filtered out above.
    ...(Object.fromEntries(present) as RawItem),
    created_at: stringAttribute(at),
    updated_at: stringAttribute(at),
  };
}

/** The changes, with provider and model ID from the key. Drops an invalid creation date. */
export function repairAttributes(
  { pk, raw }: DefectiveRow,
  changes: ModelChanges,
  catalog: Catalog,
): AttributeChanges {
  const key = splitPk(pk);
  const catalogPrice = key && catalog.price(key.provider, key.model_id);
  return {
    ...(key && {
      provider: stringAttribute(key.provider),
      model_id: stringAttribute(key.model_id),
    }),
    ...(raw.created_at && raw.created_at.S === undefined && { created_at: null }),
    ...toAttributes(changes, catalogPrice),
    ...legacyAttributes(raw, changes, (name) => catalogPrice?.[name] ?? null),
  };
}

/** The attributes that a change writes. */
export function changedAttributes(
  row: ModelRow,
  changes: ModelChanges,
  catalog: Catalog,
): AttributeChanges {
  const attributes = {
    ...toAttributes(changes, catalog.price(row.provider, row.model_id)),
    ...legacyAttributes(row.raw, changes, (name) => row[name]),
  };
  return Object.fromEntries(
    Object.entries(attributes).filter(([name, value]) => !sameValue(row.raw[name], value)),
  );
}

/**
 * Updates existing legacy prices together with the canonical ones, in the unit in which they are read.
 * @param read the price that decides the unit if the row has no canonical one
 */
function legacyAttributes(
  raw: RawItem,
  changes: ModelChanges,
  read: (name: LegacyPrice) => number | null,
): AttributeChanges {
  const attributes: AttributeChanges = {};
  for (const name of legacyPrices) {
    const price = changes[name];
    const legacyName = `${name}_per_1k`;
    const stored = raw[legacyName];
    if (price === undefined) continue;
    if (stored === undefined) {
      if (price !== null && env().WRITE_LEGACY_PRICES) attributes[legacyName] = newLegacy(price);
      continue;
    }
    attributes[legacyName] =
      price === null || stored.N === undefined
        ? null
        : numberAttribute(writeLegacyPrice(price, legacyUnit(raw, name, read)));
  }
  return attributes;
}

/** The unit of a row's older attribute. A zero has none, so the other price decides. */
function legacyUnit(
  raw: RawItem,
  name: LegacyPrice,
  read: (name: LegacyPrice) => number | null,
): PriceUnit {
  const names = [name, ...legacyPrices.filter((price) => price !== name)];
  const decisive = names.find((price) => Number(raw[`${price}_per_1k`]?.N ?? 0) !== 0);
  if (!decisive) return legacyScreenUnit;
  const canonical = raw[decisive]?.N;
  const reference = canonical === undefined ? read(decisive) : Number(canonical);
  return readLegacyPrice(Number(raw[`${decisive}_per_1k`]?.N), reference).unit;
}

/** The unit of the older admin screen, which reads only these attributes. */
const legacyScreenUnit = "1K";
const newLegacy = (price: number) => numberAttribute(writeLegacyPrice(price, legacyScreenUnit));

/** Prices whose canonical and older attributes differ in every unit. USD per 1M tokens. */
function findDisagreements(raw: RawItem): LegacyDisagreement[] {
  return legacyPrices.flatMap((name) => {
    const [canonical, legacy] = [raw[name]?.N, raw[`${name}_per_1k`]?.N];
    if (canonical === undefined || legacy === undefined) return [];
    const [price, stored] = [Number(canonical), Number(legacy)];
    const reading = readLegacyPrice(stored, price).price;
    return isSamePrice(price, reading) ? [] : [{ name, price, stored, legacy_price: reading }];
  });
}

function sameValue(stored: AttributeValue | undefined, value: AttributeValue | null): boolean {
  if (stored === undefined || value === null) return stored === undefined && value === null;
  if (stored.N !== undefined && value.N !== undefined) return Number(stored.N) === Number(value.N);
  return stored.S === value.S && stored.BOOL === value.BOOL && stored.N === value.N;
}

/** The source `catalog` is valid only if the price equals the catalog's. */
export function priceSourceOf(
  name: PriceName,
  price: number,
  source: PriceSource | undefined,
  listed: CatalogPrice | null,
): PriceSource {
  return source === "catalog" && listed?.[name] === price ? "catalog" : "admin";
}

function toAttributes(
  { price_source = "admin", ...changes }: ModelChanges,
  listed: CatalogPrice | null,
): AttributeChanges {
  const attributes: AttributeChanges = {};
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) continue;
    attributes[name] = name === "is_active" ? stringAttribute(String(value)) : toAttribute(value);
    const price = priceNames.find((priceName) => priceName === name);
    if (!price) continue;
    attributes[`${price}_source`] =
      typeof value === "number"
        ? stringAttribute(priceSourceOf(price, value, price_source, listed))
        : null;
  }
  return attributes;
}

function toAttribute(value: string | number | boolean | null): AttributeValue | null {
  if (value === null) return null;
  if (typeof value === "boolean") return booleanAttribute(value);
  return typeof value === "number" ? numberAttribute(value) : stringAttribute(value);
}
