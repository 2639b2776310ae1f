import type { PricedModel } from "@/lib/costs/schema";
import { formatProviderName } from "@/lib/format";

export type PriceFilter = {
  q: string;
  /** Only models that are known to have it. */
  tools: boolean;
  vision: boolean;
  /** Inactive models are offered to no agent; they are left out unless asked for. */
  inactive: boolean;
};

/** Models that hold every word of `q` in name, ID or provider, and have what is asked for. */
export function fittingModels(models: readonly PricedModel[], filter: PriceFilter): PricedModel[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  return models.filter((model) => {
    const text =
      `${model.display_name} ${model.pk} ${formatProviderName(model.provider_id)}`.toLowerCase();
    return (
      (!filter.tools || model.supports_tools === true) &&
      (!filter.vision || model.supports_vision === true) &&
      (filter.inactive || model.is_active) &&
      words.every((word) => text.includes(word))
    );
  });
}
