export {
  isProviderId,
  type ProviderId,
  type ProviderInfo,
  providerIdOf,
  providerIds,
  providerInfo,
  providerNames,
  providers,
} from "@/lib/provider-names";

/** USD per 1M tokens, base tier, as the provider lists them. */
export type ListedPrices = Record<
  "input_price" | "output_price" | "cache_read_price" | "cache_write_price",
  number | null
>;

/** An entry of a provider's own list of models; null if the provider doesn't say. */
export type ListedModel = {
  model_id: string;
  display_name: string | null;
  /** Context window in tokens. */
  max_tokens: number | null;
  max_output_tokens: number | null;
  supports_tools: boolean | null;
  supports_vision: boolean | null;
  lifecycle: "active" | "legacy" | "retired" | null;
  /** The day of its scheduled retirement (YYYY-MM-DD). */
  retires_on: string | null;
  prices: ListedPrices | null;
  created_at: string | null;
};
