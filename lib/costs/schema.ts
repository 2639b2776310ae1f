import * as z from "zod/mini";
import { ModelRecord } from "@/lib/models/schema";

/** Prices of a whole call whose input exceeds `above_input_tokens`. */
export const LongContextPrices = z.strictObject({
  above_input_tokens: z.number(),
  /** USD per 1M tokens; null if the catalog has none, or the base price differs from it. */
  input_price: z.nullable(z.number()),
  output_price: z.nullable(z.number()),
  cache_read_price: z.nullable(z.number()),
});
export type LongContextPrices = z.infer<typeof LongContextPrices>;

/** Which prices a call is charged at, if they aren't the model's own base prices. */
export const CallPriceNotes = z.strictObject({
  /** The price is that of another model of the family. */
  price_by_family: z.optional(z.literal(true)),
  /** The price is the base model's, which may differ in this region. */
  price_region_may_differ: z.optional(z.literal(true)),
  /** The price is the long-context price above this many input tokens. */
  price_above_input_tokens: z.optional(z.number()),
  /** The prices of these hours (UTC) apply. */
  price_hours: z.optional(
    z.strictObject({
      from: z.string(),
      to: z.string(),
      /** True if these hours are dearer than others. */
      is_peak: z.boolean(),
    }),
  ),
});
export type CallPriceNotes = z.infer<typeof CallPriceNotes>;

/** What a call costs, and at which prices. */
export const CallCost = z.strictObject({
  /** USD; null if the model has no price or the provider reported no tokens. */
  cost_usd: z.nullable(z.number()),
  ...CallPriceNotes.shape,
});
export type CallCost = z.infer<typeof CallCost>;

/** A registered model as the price lists show it; prices in USD per 1M tokens. */
export const PricedModel = z.strictObject({
  pk: ModelRecord.shape.pk,
  provider_id: ModelRecord.shape.provider_id,
  model_id: ModelRecord.shape.model_id,
  display_name: ModelRecord.shape.display_name,
  input_price: ModelRecord.shape.input_price,
  output_price: ModelRecord.shape.output_price,
  cache_read_price: ModelRecord.shape.cache_read_price,
  price_unit: ModelRecord.shape.price_unit,
  priced_by_family: ModelRecord.shape.priced_by_family,
  price_region_may_differ: ModelRecord.shape.price_region_may_differ,
  max_tokens: ModelRecord.shape.max_tokens,
  max_output_tokens: ModelRecord.shape.max_output_tokens,
  supports_tools: ModelRecord.shape.supports_tools,
  supports_vision: ModelRecord.shape.supports_vision,
  is_active: ModelRecord.shape.is_active,
  is_default: ModelRecord.shape.is_default,
  availability: ModelRecord.shape.availability,
  /**
   * Source of the cache price; null if neither has one, and cached tokens cost as much as input.
   */
  cache_read_source: z.nullable(z.enum(["registry", "catalog"])),
  /** Shortest first. */
  long_context: z.array(LongContextPrices),
});
export type PricedModel = z.infer<typeof PricedModel>;

export const PriceList = z.strictObject({
  models: z.array(PricedModel),
});
export type PriceList = z.infer<typeof PriceList>;
