import type { ModelRecord } from "@/lib/models/schema";

/** What holds for a whole call whose input is longer than `above_input_tokens`. */
export type LongContextPrices = {
  above_input_tokens: number;
  /** USD per 1M tokens; null where the catalog has no such price, or the base price is not its. */
  input_price: number | null;
  output_price: number | null;
  cache_read_price: number | null;
};

/** Who says what a cached token costs: the row, or the catalog where the row is silent. */
type CachePriceSource = "registry" | "catalog";

/** A registered model as prices are compared and calculated; prices in USD per 1M tokens. */
export type PricedModel = Pick<
  ModelRecord,
  | "pk"
  | "provider_id"
  | "model_id"
  | "display_name"
  | "input_price"
  | "output_price"
  | "cache_read_price"
  | "price_unit"
  | "max_tokens"
  | "max_output_tokens"
  | "supports_tools"
  | "supports_vision"
  | "is_active"
  | "is_default"
> & {
  /** Null when nobody says: cached tokens then cost what input costs. */
  cache_read_source: CachePriceSource | null;
  /** Shortest first; empty when the catalog knows of none. */
  long_context: LongContextPrices[];
};

export type PriceList = { models: PricedModel[] };
