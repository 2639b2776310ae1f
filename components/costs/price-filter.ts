import type { PricedModel } from "@/lib/costs/schema";
import { formatProviderName } from "@/lib/format";

export type PriceFilter = {
  q: string;
  tools: boolean;
  vision: boolean;
  /** Includes inactive models. */
  inactive: boolean;
  /** The smallest context window, in tokens; 0 for any. */
  context: number;
};

/** Models with every word of `q` in name, ID or provider, and the requested capabilities. */
export function filterModels(models: readonly PricedModel[], filter: PriceFilter): PricedModel[] {
  const format = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const text =
      `${model.display_name} ${model.pk} ${formatProviderName(model.provider_id)}`.toLowerCase();
    return (
      (!filter.tools || model.supports_tools === true) &&
      (!filter.vision || model.supports_vision === true) &&
      (filter.inactive || model.is_active) &&
      (filter.context === 0 || (model.max_tokens ?? 0) >= filter.context) &&
      format.every((word) => text.includes(word))
    );
  });
}
