import * as z from "zod/mini";
import { BooleanParam } from "@/lib/boolean-param";
import { PriceSource, priceNames } from "@/lib/models/schema";

const Pk = z
  .string({ error: "Name the model as provider#model_id" })
  .check(z.minLength(3, "Name the model as provider#model_id"));
/** A row with another etag is left unchanged. */
const Etag = z.optional(z.string());
/** Chosen by a caller who wants to watch the progress. */
const OperationId = z.optional(z.uuid({ error: "Must be a UUID" }));
const maxModels = 10_000;

export const PriceSyncRequest = z.strictObject({
  /** Exactly these prices, even an admin's; absent: all that differ, except an admin's. */
  prices: z.optional(
    z
      .array(
        z.strictObject({
          pk: Pk,
          names: z
            .array(z.enum(priceNames, { error: `Must be one of ${priceNames.join(", ")}` }))
            .check(z.minLength(1, "Name at least one price")),
          etag: Etag,
        }),
      )
      .check(z.maxLength(maxModels, `At most ${maxModels} models`)),
  ),
  operation_id: OperationId,
});
export type PriceSyncRequest = z.infer<typeof PriceSyncRequest>;

export const PriceSyncOptions = z.object({ dry_run: z._default(BooleanParam, false) });

/** USD of the last 30 days: the actual cost, and the cost at the catalog's price. */
export const PriceEffect = z.strictObject({
  paid: z.nullable(z.number()),
  would_be: z.number(),
});
export type PriceEffect = z.infer<typeof PriceEffect>;

/** A price that differs from the catalog's. */
export const SyncedPrice = z.strictObject({
  name: z.enum(priceNames),
  /** USD per 1M tokens; null = not priced until now. */
  from: z.nullable(z.number()),
  to: z.number(),
  source: z.nullable(PriceSource),
  /** Since when ours holds, ISO 8601; null if unknown. */
  from_since: z.nullable(z.string()),
  /** First day of the catalog's price (YYYY-MM-DD); null if it has no date. */
  to_since: z.nullable(z.string()),
  /** An admin's, or of unknown origin: changed only if named. */
  is_protected: z.boolean(),
  /** About 1,000 times apart: probably a different unit. */
  unit_suspect: z.boolean(),
  /** Null without usage, if CloudWatch fails, and for cache prices, whose tokens are not counted. */
  effect: z.nullable(PriceEffect),
});
export type SyncedPrice = z.infer<typeof SyncedPrice>;

/** The effect of a sync on one model. */
export const PriceChange = z.strictObject({
  pk: z.string(),
  provider_id: z.string(),
  model_id: z.string(),
  display_name: z.string(),
  etag: z.string(),
  prices: z.array(SyncedPrice),
  /** The prices that were, or would be, changed. */
  taken: z.array(z.enum(priceNames)),
  /**
   * `would_change` in a dry run; `left`: not requested, or an admin's; `pending`: stopped or crashed
   * before it; `refused`: changed by others meanwhile.
   */
  outcome: z.enum(["would_change", "changed", "left", "pending", "refused"]),
  message: z.nullable(z.string()),
});
export type PriceChange = z.infer<typeof PriceChange>;

/** The bill of the last 30 days by actual usage. */
export const PriceSyncMonth = z.union([
  z.strictObject({
    from: z.string(),
    to: z.string(),
    /** USD of all models, the priced part. */
    paid: z.nullable(z.number()),
    unpriced_tokens: z.number(),
    /** With the prices that this sync takes. */
    would_be: z.nullable(z.number()),
    /** Why the usage is not current, if CloudWatch failed. */
    stale_because: z.nullable(z.string()),
  }),
  z.strictObject({ unknown_because: z.string() }),
]);
export type PriceSyncMonth = z.infer<typeof PriceSyncMonth>;

export const PriceSyncResult = z.strictObject({
  /** The day on which the catalog was released (YYYY-MM-DD). */
  as_of: z.nullable(z.string()),
  changes: z.array(PriceChange),
  /** Null except in a dry run. */
  month: z.nullable(PriceSyncMonth),
  /** Null when nothing was written. */
  operation_id: z.nullable(z.string()),
});
export type PriceSyncResult = z.infer<typeof PriceSyncResult>;

export const PriceConfirmation = z.strictObject({
  /** Models whose assumed prices are correct. */
  models: z
    .array(z.strictObject({ pk: Pk, etag: Etag }))
    .check(
      z.minLength(1, "Name at least one model"),
      z.maxLength(maxModels, `At most ${maxModels} models`),
    ),
  operation_id: OperationId,
});
export type PriceConfirmation = z.infer<typeof PriceConfirmation>;

export const PriceConfirmResult = z.strictObject({
  operation_id: z.nullable(z.string()),
  models: z.array(
    z.strictObject({
      pk: z.string(),
      /** `unchanged`: its unit was not assumed. */
      outcome: z.enum(["confirmed", "unchanged", "pending", "refused"]),
      message: z.nullable(z.string()),
    }),
  ),
});
export type PriceConfirmResult = z.infer<typeof PriceConfirmResult>;

const Price = z.nullable(z.number());
const prices = {
  input_price: Price,
  output_price: Price,
  cache_read_price: Price,
  cache_write_price: Price,
};
const Prices = z.strictObject(prices);

/** A time from which prices held, USD per 1M tokens. */
export const PriceHistoryEntry = z.strictObject({
  /** ISO 8601 UTC; null if unknown. */
  from: z.nullable(z.string()),
  prices: Prices,
  changed: z.array(z.enum(priceNames)),
  /** No record confirms that they held then. */
  assumed: z.boolean(),
});
export type PriceHistoryEntry = z.infer<typeof PriceHistoryEntry>;

export const ModelPriceFacts = z.strictObject({
  pk: z.string(),
  /** Since when each price holds, ISO 8601; null if unknown or not priced. */
  since: z.record(z.enum(priceNames), z.nullable(z.string())),
  catalog: z.nullable(
    z.strictObject({
      ...prices,
      as_of: z.string(),
      since: z.nullable(z.string()),
      varies_by_hour: z.boolean(),
      /** Prices of whole requests with longer inputs, shortest first. */
      tiers: z.array(z.strictObject({ ...prices, above_input_tokens: z.number() })),
    }),
  ),
  /** Newest first. */
  history: z.array(PriceHistoryEntry),
});
export type ModelPriceFacts = z.infer<typeof ModelPriceFacts>;
