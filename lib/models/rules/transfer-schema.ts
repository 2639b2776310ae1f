import * as z from "zod/mini";
import { BooleanParam } from "@/lib/boolean-param";
import { PriceSource, priceNames } from "@/lib/models/schema";
import { catalogLayers } from "@/lib/prices/rules/catalog-model";

/** The attributes that are exported and imported, in column order. */
export const transferNames = [
  "provider",
  "model_id",
  "display_name",
  "input_price",
  "output_price",
  "cache_read_price",
  "cache_write_price",
  "max_tokens",
  "max_output_tokens",
  "supports_tools",
  "supports_vision",
  "is_active",
  "is_default",
  "lifecycle",
  "retires_on",
  "purpose",
] as const;

export const ExportOptions = z.object({
  format: z._default(z.enum(["json", "csv"], { error: "Must be json or csv" }), "json"),
});

export const ImportOptions = z.object({
  dry_run: z._default(BooleanParam, false),
  mode: z._default(z.enum(["atomic", "partial"], { error: "Must be atomic or partial" }), "atomic"),
  /**
   * The unit of the file's prices, 1M by default. `mixed`: prices that seem to be in another unit
   * are converted.
   */
  price_unit: z.optional(
    z.enum(["1M", "1K", "token", "mixed"], { error: "Must be 1M, 1K, token or mixed" }),
  ),
  /** Set by callers that follow the progress. */
  operation_id: z.optional(z.uuid({ error: "Must be a UUID" })),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

export const RejectedRow = z.strictObject({
  row: z.number(),
  /** The row's line in a CSV file; null for JSON. */
  line: z.nullable(z.number()),
  /** The model that the row names; null if it names none. */
  pk: z.nullable(z.string()),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })),
});
export type RejectedRow = z.infer<typeof RejectedRow>;

/** A price of a file that seems to be in another unit. */
export const ImportSuspect = z.strictObject({
  row: z.number(),
  pk: z.string(),
  name: z.enum(priceNames),
  /** The price in the file, and the price probably meant; USD per 1M tokens. */
  price: z.number(),
  meant: z.number(),
  /** The unit in which the price was probably meant. */
  unit: z.enum(["1K", "token"]),
  /** The reference price. */
  known: z.strictObject({
    price: z.number(),
    from: z.enum(["catalog", "siblings", "stored", "minimum"]),
  }),
});
export type ImportSuspect = z.infer<typeof ImportSuspect>;

/** A price that the file sets, and the catalogs' price; USD per 1M tokens. */
export const ImportedPrice = z.strictObject({
  name: z.enum(priceNames),
  /** Null = not priced. */
  from: z.nullable(z.number()),
  to: z.nullable(z.number()),
  /** The source that is recorded; null without a price. */
  source: z.nullable(PriceSource),
  /** The catalogs' price; null if they have none. */
  catalog: z.nullable(
    z.strictObject({
      price: z.number(),
      layer: z.enum(catalogLayers),
      /** The day on which it was read or published (YYYY-MM-DD). */
      as_of: z.string(),
      /** By family only, the price is another model's. */
      match: z.enum(["exact", "dated", "family"]),
      /** The base model's price, which may differ in this Bedrock geography. */
      region_may_differ: z.boolean(),
    }),
  ),
});
export type ImportedPrice = z.infer<typeof ImportedPrice>;

const imported = { row: z.number(), pk: z.string() };
const importedPrices = { ...imported, prices: z.array(ImportedPrice) };

export const ImportResult = z.strictObject({
  created: z.array(z.strictObject(importedPrices)),
  updated: z.array(
    z.strictObject({
      ...importedPrices,
      changes: z.record(z.string(), z.strictObject({ from: z.unknown(), to: z.unknown() })),
    }),
  ),
  unchanged: z.array(z.strictObject(imported)),
  rejected: z.array(RejectedRow),
  /** Imported unchanged; only the screen asks about them. Absent if there are none. */
  unit_suspects: z.optional(z.array(ImportSuspect)),
  /** Set if the file contains no models. */
  message: z.optional(z.string()),
  /** Null if nothing was written. */
  operation_id: z.nullable(z.string()),
});
export type ImportResult = z.infer<typeof ImportResult>;
