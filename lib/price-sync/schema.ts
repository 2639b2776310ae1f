import * as z from "zod/mini";
import { YesOrNo } from "@/lib/http/schema";
import { type PriceName, type PriceSource, priceNames } from "@/lib/models/schema";

const Pk = z
  .string({ error: "Name the model as provider#model_id" })
  .check(z.minLength(3, "Name the model as provider#model_id"));
/** The etag of the row that was looked at: a row that has changed since is left as it is. */
const Etag = z.optional(z.string());
/** Chosen by a caller who wants to watch the progress. */
const OperationId = z.optional(z.uuid({ error: "Must be a UUID" }));
const mostModels = 10_000;

export const PriceSync = z.strictObject({
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
      .check(z.maxLength(mostModels, `At most ${mostModels} models`)),
  ),
  operation_id: OperationId,
});
export type PriceSync = z.infer<typeof PriceSync>;

export const PriceSyncOptions = z.object({ dry_run: z._default(YesOrNo, false) });

/** USD of the last 30 days: what was paid, and what the catalog's price would have made of it. */
export type PriceEffect = { paid: number | null; would_be: number };

/** A price that differs from the catalog's. */
export type SyncedPrice = {
  name: PriceName;
  /** USD per 1M tokens; null = not priced until now. */
  from: number | null;
  to: number;
  source: PriceSource | null;
  /** Since when ours holds, ISO 8601; null when nothing tells. */
  from_since: string | null;
  /** The day from which the catalog's holds (YYYY-MM-DD); null where it has no date. */
  to_since: string | null;
  /** An admin's, or one whose origin nobody knows: changed only when it is named. */
  is_protected: boolean;
  /** About 1,000 times apart: rather a unit than a price. */
  unit_suspect: boolean;
  /** Null without usage, without an answer of CloudWatch, and for cache prices: their tokens are not counted. */
  effect: PriceEffect | null;
};

/** What a sync makes of one model. */
export type PriceChange = {
  pk: string;
  provider_id: string;
  model_id: string;
  display_name: string;
  etag: string;
  prices: SyncedPrice[];
  /** The prices that were, or would be, changed. */
  taken: PriceName[];
  /**
   * `would_change` in a dry run; `left`: nothing of it was asked for, or it is an admin's;
   * `pending`: stopped or crashed before it; `refused`: changed by others meanwhile.
   */
  outcome: "would_change" | "changed" | "left" | "pending" | "refused";
  message: string | null;
};

/** The bill of the last 30 days as real usage has it. */
export type PriceSyncMonth =
  | {
      from: string;
      to: string;
      /** USD of all models, the priced part. */
      paid: number | null;
      unpriced_tokens: number;
      /** With the prices that this sync takes. */
      would_be: number | null;
      /** Why these are not the tokens of just now: CloudWatch gives no newer answer. */
      stale_because: string | null;
    }
  | { unknown_because: string };

export type PriceSyncResult = {
  /** The day on which the catalog was released (YYYY-MM-DD). */
  as_of: string | null;
  changes: PriceChange[];
  /** Null when it was written: the dry run tells it. */
  month: PriceSyncMonth | null;
  /** Null when nothing was written. */
  operation_id: string | null;
};

export const PriceConfirmation = z.strictObject({
  /** The models whose assumed prices are right as they are read. */
  models: z
    .array(z.strictObject({ pk: Pk, etag: Etag }))
    .check(
      z.minLength(1, "Name at least one model"),
      z.maxLength(mostModels, `At most ${mostModels} models`),
    ),
  operation_id: OperationId,
});
export type PriceConfirmation = z.infer<typeof PriceConfirmation>;

export type PriceConfirmResult = {
  operation_id: string | null;
  models: {
    pk: string;
    /** `unchanged`: its unit is not assumed any more. */
    outcome: "confirmed" | "unchanged" | "pending" | "refused";
    message: string | null;
  }[];
};

type Prices = Record<PriceName, number | null>;

/** A time from which prices held, USD per 1M tokens. */
export type PriceHistoryEntry = {
  /** ISO 8601 UTC; null: nothing tells since when. */
  from: string | null;
  prices: Prices;
  /** What changed then. */
  changed: PriceName[];
  /** Nothing recorded says that they held then. */
  assumed: boolean;
};

/** Everything known of the prices of one model. */
export type ModelPriceFacts = {
  pk: string;
  /** Since when each price holds, ISO 8601; null when nothing tells, or it is not priced. */
  since: Record<PriceName, string | null>;
  catalog:
    | (Prices & {
        as_of: string;
        since: string | null;
        varies_by_hour: boolean;
        /** What holds for a whole request with a longer input, shortest first. */
        tiers: (Prices & { above_input_tokens: number })[];
      })
    | null;
  /** Newest first. */
  history: PriceHistoryEntry[];
};
