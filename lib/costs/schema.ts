import * as z from "zod/mini";
import { ModelRecord } from "@/lib/models/schema";

/** What holds for a whole call whose input is longer than `above_input_tokens`. */
export const LongContextPrices = z.strictObject({
  above_input_tokens: z.number(),
  /** USD per 1M tokens; null where the catalog has no such price, or the base price is not its. */
  input_price: z.nullable(z.number()),
  output_price: z.nullable(z.number()),
  cache_read_price: z.nullable(z.number()),
});
export type LongContextPrices = z.infer<typeof LongContextPrices>;

/** A registered model as prices are compared and calculated; prices in USD per 1M tokens. */
export const PricedModel = z.strictObject({
  pk: ModelRecord.shape.pk,
  provider_id: ModelRecord.shape.provider_id,
  model_id: ModelRecord.shape.model_id,
  display_name: ModelRecord.shape.display_name,
  input_price: ModelRecord.shape.input_price,
  output_price: ModelRecord.shape.output_price,
  cache_read_price: ModelRecord.shape.cache_read_price,
  price_unit: ModelRecord.shape.price_unit,
  max_tokens: ModelRecord.shape.max_tokens,
  max_output_tokens: ModelRecord.shape.max_output_tokens,
  supports_tools: ModelRecord.shape.supports_tools,
  supports_vision: ModelRecord.shape.supports_vision,
  is_active: ModelRecord.shape.is_active,
  is_default: ModelRecord.shape.is_default,
  /**
   * Whether the row or the catalog says what a cached token costs; null when neither does: cached
   * tokens then cost what input costs.
   */
  cache_read_source: z.nullable(z.enum(["registry", "catalog"])),
  /** Shortest first; empty when the catalog knows of none. */
  long_context: z.array(LongContextPrices),
});
export type PricedModel = z.infer<typeof PricedModel>;

export const PriceList = z.strictObject({
  models: z.array(PricedModel),
});
export type PriceList = z.infer<typeof PriceList>;
