import * as z from "zod/mini";
import { PriceSource, priceNames } from "@/lib/models/schema";
import { YesOrNo } from "@/lib/yes-or-no";

const Pk = z
  .string({ error: "Name the model as provider#model_id" })
  .check(z.minLength(3, "Name the model as provider#model_id"));
/** The etag of the row that was looked at: a row that has changed since is left as it is. */
const Etag = z.optional(z.string());
/** Chosen by a caller who wants to watch the progress. */
const OperationId = z.optional(z.uuid({ error: "Must be a UUID" }));
const maxModels = 10_000;

export const PriceSyncRequest = z.strictObject({
  /** Only these prices, an admin's among them; absent: all that differ, except an admin's. */
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

export const PriceSyncOptions = z.object({ dry_run: z._default(YesOrNo, false) });

/** USD of the last 30 days: what was paid, and what the catalog's price would have made of it. */
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
  /** Since when ours holds, ISO 8601; null when nothing tells. */
  from_since: z.nullable(z.string()),
  /** The day from which the catalog's holds (YYYY-MM-DD); null where it has no date. */
  to_since: z.nullable(z.string()),
  /** An admin's, or one whose origin nobody knows: changed only when it is named. */
  is_protected: z.boolean(),
  /** About 1,000 times apart: rather a unit than a price. */
  unit_suspect: z.boolean(),
  /** Null without usage, without an answer of CloudWatch, and for cache prices: their tokens are not counted. */
  effect: z.nullable(PriceEffect),
});
export type SyncedPrice = z.infer<typeof SyncedPrice>;

/** What a sync makes of one model. */
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
   * `would_change` in a dry run; `left`: nothing of it was asked for, or it is an admin's;
   * `pending`: stopped or crashed before it; `refused`: changed by others meanwhile.
   */
  outcome: z.enum(["would_change", "changed", "left", "pending", "refused"]),
  message: z.nullable(z.string()),
});
export type PriceChange = z.infer<typeof PriceChange>;

/** The bill of the last 30 days as real usage has it. */
export const PriceSyncMonth = z.union([
  z.strictObject({
    from: z.string(),
    to: z.string(),
    /** USD of all models, the priced part. */
    paid: z.nullable(z.number()),
    unpriced_tokens: z.number(),
    /** With the prices that this sync takes. */
    would_be: z.nullable(z.number()),
    /** Why these are not the tokens of just now: CloudWatch gives no newer answer. */
    stale_because: z.nullable(z.string()),
  }),
  z.strictObject({ unknown_because: z.string() }),
]);
export type PriceSyncMonth = z.infer<typeof PriceSyncMonth>;

export const PriceSyncResult = z.strictObject({
  /** The day on which the catalog was released (YYYY-MM-DD). */
  as_of: z.nullable(z.string()),
  changes: z.array(PriceChange),
  /** Null when it was written: the dry run tells it. */
  month: z.nullable(PriceSyncMonth),
  /** Null when nothing was written. */
  operation_id: z.nullable(z.string()),
});
export type PriceSyncResult = z.infer<typeof PriceSyncResult>;

export const PriceConfirmation = z.strictObject({
  /** The models whose assumed prices are right as they are read. */
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
      /** `unchanged`: its unit is not assumed any more. */
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
  /** ISO 8601 UTC; null: nothing tells since when. */
  from: z.nullable(z.string()),
  prices: Prices,
  /** What changed then. */
  changed: z.array(z.enum(priceNames)),
  /** Nothing recorded says that they held then. */
  assumed: z.boolean(),
});
export type PriceHistoryEntry = z.infer<typeof PriceHistoryEntry>;

/** Everything known of the prices of one model. */
export const ModelPriceFacts = z.strictObject({
  pk: z.string(),
  /** Since when each price holds, ISO 8601; null when nothing tells, or it is not priced. */
  since: z.record(z.enum(priceNames), z.nullable(z.string())),
  catalog: z.nullable(
    z.strictObject({
      ...prices,
      as_of: z.string(),
      since: z.nullable(z.string()),
      varies_by_hour: z.boolean(),
      /** What holds for a whole request with a longer input, shortest first. */
      tiers: z.array(z.strictObject({ ...prices, above_input_tokens: z.number() })),
    }),
  ),
  /** Newest first. */
  history: z.array(PriceHistoryEntry),
});
export type ModelPriceFacts = z.infer<typeof ModelPriceFacts>;
