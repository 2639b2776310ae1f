import * as z from "zod/mini";
import { BooleanParam } from "@/lib/boolean-param";
import { PriceSource, priceNames } from "@/lib/models/schema";
import { catalogFormats } from "@/lib/prices/rules/catalog-format";
import { catalogLayers, catalogMatches } from "@/lib/prices/rules/catalog-model";
import { PriceProvenance, Provenance, UnconfirmedCost } from "@/lib/prices/schema";
import { TooLowReasons } from "@/lib/too-low";

const Pk = z
  .string({ error: "Name the model as provider#model_id" })
  .check(z.minLength(3, "Name the model as provider#model_id"));
/** A row with another etag is left unchanged. */
const Etag = z.optional(z.string());
/** Chosen by a caller that follows the progress. */
const OperationId = z.optional(z.uuid({ error: "Must be a UUID" }));
const maxModels = 10_000;

export const PriceSyncRequest = z.strictObject({
  /** Exactly these prices, even an admin's. If absent, all that differ, except an admin's. */
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
  /** Since when our price holds, ISO 8601; null if unknown. */
  from_since: z.nullable(z.string()),
  /** First day of the catalog's price (YYYY-MM-DD); null if it has no date. */
  to_since: z.nullable(z.string()),
  /** How the catalog lists the model; by family only, the price is another model's. */
  match: z.enum(["exact", "dated", "family"]),
  /** The base model's price, which may differ in this Bedrock geography. */
  region_may_differ: z.boolean(),
  /** The catalog with the price, and the day on which it was read or published. */
  layer: z.enum(catalogLayers),
  as_of: z.string(),
  /** An admin's price, one of unknown origin, or the catalog's by family: changed only if named. */
  is_protected: z.boolean(),
  /** The prices differ by a factor of about 1,000, probably because of the unit. */
  unit_suspect: z.boolean(),
  /** Null without usage, if CloudWatch fails, and for cache prices, whose tokens aren't counted. */
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
   * `would_change` in a dry run; `left`: not requested, or an admin's; `pending`: the operation
   * stopped or crashed first; `refused`: someone else changed the row.
   */
  outcome: z.enum(["would_change", "changed", "left", "pending", "refused"]),
  message: z.nullable(z.string()),
});
export type PriceChange = z.infer<typeof PriceChange>;

/** The cost of the actual usage of the last 30 days. */
export const PriceSyncMonth = z.union([
  z.strictObject({
    from: z.string(),
    to: z.string(),
    /** USD for the priced usage of all models. */
    paid: z.nullable(z.number()),
    unpriced_tokens: z.number(),
    /** The cost at the prices that this sync takes. */
    would_be: z.nullable(z.number()),
    /** Why the usage isn't current, if CloudWatch failed. */
    stale_because: z.nullable(z.string()),
    /** Why these figures are too low; absent if they aren't. */
    too_low: TooLowReasons,
    /** Of `paid`. */
    ...UnconfirmedCost.shape,
  }),
  z.strictObject({ unknown_because: z.string() }),
]);
export type PriceSyncMonth = z.infer<typeof PriceSyncMonth>;

export const PriceSyncResult = z.strictObject({
  /** The day on which the catalog was released (YYYY-MM-DD). */
  as_of: z.nullable(z.string()),
  changes: z.array(PriceChange),
  /** Null unless it's a dry run. */
  month: z.nullable(PriceSyncMonth),
  /** Null when nothing was written. */
  operation_id: z.nullable(z.string()),
});
export type PriceSyncResult = z.infer<typeof PriceSyncResult>;

const CostChange = {
  /** USD; null if there is usage and none of it is priced. */
  before_usd: z.nullable(z.number()),
  after_usd: z.nullable(z.number()),
  /** What of it is at prices that aren't the model's own; absent if nothing is. */
  before_unconfirmed: z.optional(UnconfirmedCost),
  after_unconfirmed: z.optional(UnconfirmedCost),
};

/** The effect of a price change on the costs of a model. */
export const PriceChangePreview = z.strictObject({
  pk: z.string(),
  /** ISO 8601 UTC. */
  prices_from: z.string(),
  prices: z.array(
    z.strictObject({
      name: z.enum(priceNames),
      from: z.nullable(z.number()),
      to: z.nullable(z.number()),
    }),
  ),
  /** The days whose cost changes, UTC, oldest first, and the totals of their months. */
  days: z.array(z.strictObject({ day: z.string(), ...CostChange })),
  months: z.array(z.strictObject({ month: z.string(), ...CostChange })),
  total: z.strictObject(CostChange),
  /** Usage before this day is no longer available and not included. */
  counted_from: z.string(),
  as_of: z.string(),
  /** Why the figures aren't current, if CloudWatch failed. */
  stale_because: z.nullable(z.string()),
  /** Why these figures are too low; absent if they aren't. */
  too_low: TooLowReasons,
});
export type PriceChangePreview = z.infer<typeof PriceChangePreview>;

export const PriceConfirmation = z.strictObject({
  /** Models whose assumed prices, or prices by family, are correct. */
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
      /** `unchanged`: the model had nothing to confirm. */
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
const catalogPrices = { ...prices, cache_write_1h_price: Price };
const Prices = z.strictObject(prices);

/** A time from which prices held, USD per 1M tokens. */
export const PriceHistoryEntry = z.strictObject({
  /** ISO 8601 UTC; null if unknown. */
  from: z.nullable(z.string()),
  prices: Prices,
  changed: z.array(z.enum(priceNames)),
  /** True if no record confirms that the prices held then. */
  assumed: z.boolean(),
  /** Who set each price, and from which source; null if not recorded. */
  provenance: z.record(z.enum(priceNames), z.nullable(PriceProvenance)),
});
export type PriceHistoryEntry = z.infer<typeof PriceHistoryEntry>;

/** Prices at some hours, UTC as `HH:MM`; `to` may be on the next day. */
const CatalogWindow = z.strictObject({
  from: z.string(),
  to: z.string(),
  days: z.enum(["every_day", "weekdays"]),
  prices: z.strictObject(catalogPrices),
});

/** The catalogs' facts about a model; all null if the match is `none`. */
const CatalogFacts = z.strictObject({
  ...catalogPrices,
  /**
   * The catalog of the input and output price, the day on which it was read or published, and
   * where.
   */
  layer: z.nullable(z.enum(catalogLayers)),
  as_of: z.nullable(z.string()),
  source: z.nullable(z.string()),
  /** By family only, the prices are those of `matched`, another model. */
  match: z.enum(catalogMatches),
  matched: z.nullable(z.string()),
  /** First day of the prices (YYYY-MM-DD); null if the catalog has no date. */
  since: z.nullable(z.string()),
  /** The base model's price, which may differ in this Bedrock geography. */
  region_may_differ: z.boolean(),
  /** Only the dated source was read, not the provider's page. */
  unverified: z.boolean(),
  /** The catalog of the cache prices, which may be older; null without any. */
  cache_from: z.nullable(Provenance),
  varies_by_hour: z.boolean(),
  windows: z.array(CatalogWindow),
  /** Prices of whole requests with longer inputs, shortest first. */
  tiers: z.array(z.strictObject({ ...catalogPrices, above_input_tokens: z.number() })),
});

export const ModelPriceFacts = z.strictObject({
  pk: z.string(),
  /** Since when each price holds, ISO 8601; null if unknown or not priced. */
  since: z.record(z.enum(priceNames), z.nullable(z.string())),
  /** Who set each price; `family`: the catalog's price of another model; null if not recorded. */
  sources: z.record(z.enum(priceNames), z.nullable(z.enum(["catalog", "admin", "family"]))),
  catalog: CatalogFacts,
  /** Newest first. */
  history: z.array(PriceHistoryEntry),
});
export type ModelPriceFacts = z.infer<typeof ModelPriceFacts>;

/** The number of registered models that the catalogs list, by the closest match. */
const Coverage = z.strictObject({
  models: z.int(),
  exact: z.int(),
  dated: z.int(),
  family: z.int(),
  none: z.int(),
});
export type Coverage = z.infer<typeof Coverage>;

export const PriceCatalog = z.strictObject({
  layers: z.array(
    z.strictObject({
      layer: z.enum(catalogLayers),
      /** The day of its release or file (YYYY-MM-DD), and how many days ago that is. */
      as_of: z.string(),
      age_days: z.int(),
      models: z.int(),
    }),
  ),
  coverage: Coverage,
  /** Null until an admin imports one. */
  admin: z.nullable(
    z.strictObject({
      format: z.enum(catalogFormats),
      brought_at: z.string(),
      brought_by: z.string(),
    }),
  ),
  /** The object behind PRICE_CATALOG; null if the variable isn't set. */
  remote: z.nullable(
    z.strictObject({
      /** The URL without its query. */
      address: z.string(),
      /** ISO 8601; null before the first check. */
      checked_at: z.nullable(z.string()),
      /** Why the object wasn't taken at the last check, and since when. */
      failure: z.nullable(z.string()),
      failing_since: z.nullable(z.string()),
    }),
  ),
});
export type PriceCatalog = z.infer<typeof PriceCatalog>;

export const PriceCatalogOptions = z.object({
  dry_run: z._default(BooleanParam, false),
  /** The day of the file; today if absent. */
  as_of: z.optional(z.iso.date({ error: "Must be a date such as 2026-11-28" })),
});
export type PriceCatalogOptions = z.infer<typeof PriceCatalogOptions>;

/** A change that the file makes to the catalogs' prices of a registered model. */
export const CatalogChange = z.strictObject({
  pk: z.string(),
  display_name: z.string(),
  match: z.strictObject({ from: z.enum(catalogMatches), to: z.enum(catalogMatches) }),
  /** The base model's price, which may differ in this Bedrock geography. */
  region_may_differ: z.strictObject({ from: z.boolean(), to: z.boolean() }),
  /** USD per 1M tokens; null = no price. */
  prices: z.array(z.strictObject({ name: z.enum(priceNames), from: Price, to: Price })),
  /** What the last 30 days would have cost at the file's prices; null without usage or prices. */
  effect: z.nullable(PriceEffect),
});
export type CatalogChange = z.infer<typeof CatalogChange>;

export const PriceCatalogPreview = z.strictObject({
  ...PriceCatalog.shape,
  format: z.enum(catalogFormats),
  /** Models of the six providers; `skipped` ones have prices that can't be read. */
  models: z.int(),
  skipped: z.int(),
  coverage_before: Coverage,
  changes: z.array(CatalogChange),
});
export type PriceCatalogPreview = z.infer<typeof PriceCatalogPreview>;

/** An announced price change or retirement of a registered model. */
export const ComingChange = z.strictObject({
  kind: z.enum(["prices", "retirement"]),
  /** The first day (YYYY-MM-DD). */
  on: z.string(),
  pk: z.string(),
  display_name: z.string(),
  /** How many agents use it; null if the agents' table is missing. */
  agents: z.nullable(z.int()),
  /** USD per 1M tokens; empty for a retirement. */
  prices: z.array(
    z.strictObject({ name: z.enum(["input_price", "output_price"]), from: Price, to: z.number() }),
  ),
  /** USD of the last 30 days, and the cost of the same tokens at the new prices; null if unknown. */
  month_usd: Price,
  then_usd: Price,
  /** Why the amounts are too low; absent if they aren't. */
  too_low: TooLowReasons,
  /** Of `month_usd`. */
  ...UnconfirmedCost.shape,
  /** The catalog that announces it, and its page; null if the provider or the row does. */
  layer: z.nullable(z.enum(catalogLayers)),
  source: z.nullable(z.string()),
});
export type ComingChange = z.infer<typeof ComingChange>;

export const ComingChanges = z.strictObject({
  as_of: z.string(),
  /** Why the spend is unknown or old; null if it's current. */
  unknown_because: z.nullable(z.string()),
  changes: z.array(ComingChange),
});
export type ComingChanges = z.infer<typeof ComingChanges>;
