import * as z from "zod/mini";
import table from "@/lib/models/known-models.json";
import { lifecycles } from "@/lib/models/schema";
import { KnownPrices } from "@/lib/prices/schema";
import { type ProviderId, providerIdOf, providerIds } from "@/lib/providers/schema";

/** A known model; null means unknown. */
const KnownModel = z.strictObject({
  provider: z.enum(providerIds),
  model_id: z.string(),
  display_name: z.string(),
  /** One line: what it is good for. */
  purpose: z.string(),
  /** Context window and output limit in tokens. */
  max_tokens: z.nullable(z.int()),
  max_output_tokens: z.nullable(z.int()),
  /** Whether function tools work on the endpoint that agents call. */
  supports_tools: z.nullable(z.boolean()),
  supports_vision: z.nullable(z.boolean()),
  is_default: z.boolean(),
  lifecycle: z.nullable(z.enum(lifecycles)),
  /** The provider's date (YYYY-MM-DD) after which calls fail. */
  retires_on: z.nullable(z.iso.date()),
  /** Where each of the above was read; empty when nothing was found. */
  source: z.array(z.url()),
  /** List prices, if the npm catalog has none or different ones. */
  prices: z.optional(z.array(KnownPrices)),
});
export type KnownModel = z.infer<typeof KnownModel>;

/** The table of known models, the default of each provider first. */
export const knownModels: readonly KnownModel[] = z.array(KnownModel).parse(table.models);

/** The day up to which the table was read (YYYY-MM-DD). */
export const knownModelsAsOf: string = table.as_of;

const key = (provider: ProviderId, modelId: string) => `${provider}#${modelId}`;
const byKey = new Map(knownModels.map((model) => [key(model.provider, model.model_id), model]));

/**
 * The known model with exactly this ID; null if it isn't listed.
 * @param provider a provider ID or an alias.
 */
export function knownModel(provider: string, modelId: string): KnownModel | null {
  const id = providerIdOf(provider);
  return id === null ? null : (byKey.get(key(id, modelId)) ?? null);
}
