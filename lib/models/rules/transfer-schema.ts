import * as z from "zod/mini";
import { BooleanParam } from "@/lib/boolean-param";
import { priceNames } from "@/lib/models/schema";

/** The attributes that go through export and import, in the order of the columns. */
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
  /** The unit of the file's prices, 1M by default; `mixed`: prices that look like another unit are converted. */
  price_unit: z.optional(
    z.enum(["1M", "1K", "token", "mixed"], { error: "Must be 1M, 1K, token or mixed" }),
  ),
  /** Set by callers that want to follow the progress. */
  operation_id: z.optional(z.uuid({ error: "Must be a UUID" })),
});
export type ImportOptions = z.infer<typeof ImportOptions>;

export const RejectedRow = z.strictObject({
  row: z.number(),
  /** Its line in a CSV file; null in JSON. */
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
  /** The price in the file, and the one probably meant; USD per 1M tokens. */
  price: z.number(),
  meant: z.number(),
  /** The unit of the price that was probably meant. */
  unit: z.enum(["1K", "token"]),
  /** The reference price. */
  known: z.strictObject({
    price: z.number(),
    from: z.enum(["catalog", "siblings", "stored", "minimum"]),
  }),
});
export type ImportSuspect = z.infer<typeof ImportSuspect>;

const imported = { row: z.number(), pk: z.string() };

export const ImportResult = z.strictObject({
  created: z.array(z.strictObject(imported)),
  updated: z.array(
    z.strictObject({
      ...imported,
      changes: z.record(z.string(), z.strictObject({ from: z.unknown(), to: z.unknown() })),
    }),
  ),
  unchanged: z.array(z.strictObject(imported)),
  rejected: z.array(RejectedRow),
  /** Written unchanged; only the screen asks about them. Absent if there are none. */
  unit_suspects: z.optional(z.array(ImportSuspect)),
  /** Set if the file has no models. */
  message: z.optional(z.string()),
  /** Null when nothing was written. */
  operation_id: z.nullable(z.string()),
});
export type ImportResult = z.infer<typeof ImportResult>;
