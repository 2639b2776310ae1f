import * as z from "zod/mini";
import { BooleanParam } from "@/lib/boolean-param";
import { AgentRef, lifecycles } from "@/lib/models/schema";
import { catalogLayers } from "@/lib/prices/rules/catalog-model";
import { providerIds } from "@/lib/providers/schema";

/** A foundation model as the region's control plane lists it. */
export const BedrockBase = z.strictObject({
  model_id: z.string(),
  display_name: z.nullable(z.string()),
  /** How the region runs it: by its own ID, by an inference profile, or provisioned only. */
  runs: z.enum(["on_demand", "profile", "provisioned"]),
  /** False for image and embedding models, which agents can't use. */
  writes_text: z.boolean(),
  supports_vision: z.nullable(z.boolean()),
  lifecycle: z.nullable(z.enum(["active", "legacy"])),
  /** The day of its end of life (YYYY-MM-DD); absent if AWS announced none. */
  retires_on: z.optional(z.string()),
});
export type BedrockBase = z.infer<typeof BedrockBase>;

/** An inference profile that the region offers to this account. */
export const BedrockProfile = z.strictObject({
  /** The profile's ID; for an application profile its ARN. */
  model_id: z.string(),
  display_name: z.nullable(z.string()),
  kind: z.enum(["system", "application"]),
  /** The foundation models behind it; currently always one. */
  bases: z.array(z.string()),
  /** The number of regions it routes to. */
  regions: z.number(),
  created_at: z.nullable(z.string()),
});
export type BedrockProfile = z.infer<typeof BedrockProfile>;

/** Bedrock's offer in one region at `as_of`. */
export const BedrockCatalog = z.strictObject({
  region: z.string(),
  as_of: z.string(),
  bases: z.array(BedrockBase),
  profiles: z.array(BedrockProfile),
});
export type BedrockCatalog = z.infer<typeof BedrockCatalog>;

/** The catalog, or why it couldn't be read. */
export type BedrockCatalogResult =
  | { state: "read"; catalog: BedrockCatalog }
  | { state: "not_allowed" | "unreadable"; cause: string; fix: string };

/** One entry of a provider's list, joined with the registry, the known models and the catalog. */
export const AvailableModel = z.strictObject({
  model_id: z.string(),
  display_name: z.string(),
  /** One line: what it is good for. */
  purpose: z.nullable(z.string()),
  state: z.enum(["registered", "new"]),
  /** The key of its row; null when it is new. */
  pk: z.nullable(z.string()),
  /** Context window and output limit in tokens. */
  max_tokens: z.nullable(z.number()),
  max_output_tokens: z.nullable(z.number()),
  supports_tools: z.nullable(z.boolean()),
  supports_vision: z.nullable(z.boolean()),
  lifecycle: z.nullable(z.enum(lifecycles)),
  retires_on: z.nullable(z.string()),
  /** USD per 1M tokens, base tier; null if neither the provider's list nor the catalog has it. */
  input_price: z.nullable(z.number()),
  output_price: z.nullable(z.number()),
  cache_read_price: z.nullable(z.number()),
  cache_write_price: z.nullable(z.number()),
  /** Whether both the input and the output price of exactly this model are known. */
  price_known: z.boolean(),
  /** How the list or catalog names the model; by family only, the prices are another model's. */
  price_match: z.nullable(z.enum(["exact", "dated", "family"])),
  /** The base model's prices, which may differ in this Bedrock geography; absent otherwise. */
  price_region_may_differ: z.optional(z.literal(true)),
  /** Where the prices come from; null without prices. The provider's own list comes first. */
  prices_from: z.nullable(z.enum(["provider", "catalog"])),
  /** The catalog that has the prices; absent unless they come from a catalog. */
  price_layer: z.optional(z.enum(catalogLayers)),
  /** The day on which the list was read or the catalog was released (YYYY-MM-DD). */
  prices_as_of: z.nullable(z.string()),
  kind: z.enum(["model", "inference_profile"]),
  /** False if the ID suggests embeddings, images or sound; providers' lists don't say. */
  writes_text: z.boolean(),
  /** A Bedrock base model that does not run by its own ID in this region. */
  needs_profile: z.boolean(),
  /** The profiles that run it, the region's geography first; empty for a profile. */
  profiles: z.array(z.string()),
  created_at: z.nullable(z.string()),
  /** The parameters that the runtime always sends and the model is documented to refuse. */
  runtime_refuses: z.array(z.string()),
});
export type AvailableModel = z.infer<typeof AvailableModel>;

/** A registered model missing from the provider's list. */
export const UnlistedModel = z.strictObject({
  pk: z.string(),
  model_id: z.string(),
  display_name: z.string(),
  used_by: z.array(AgentRef),
  /** The reason, if known. */
  reason: z.nullable(z.string()),
});
export type UnlistedModel = z.infer<typeof UnlistedModel>;

export const AvailableModels = z.strictObject({
  provider: z.enum(providerIds),
  /** When the list was read. */
  as_of: z.string(),
  models: z.array(AvailableModel),
  /** Not necessarily retired: may be an alias, or unavailable to this key. */
  gone: z.array(UnlistedModel),
  /** The region's catalog; null except for Bedrock. */
  bedrock: z.nullable(BedrockCatalog),
});
export type AvailableModels = z.infer<typeof AvailableModels>;

export const AvailableModelsOptions = z.object({
  /** Reads the provider's list now, even if it was read minutes ago. Admins only. */
  refresh: z._default(BooleanParam, false),
});
export type AvailableModelsOptions = z.infer<typeof AvailableModelsOptions>;

/** A known model, registered or not; null means unknown. */
export const KnownModelOffer = z.strictObject({
  model_id: z.string(),
  display_name: z.string(),
  purpose: z.nullable(z.string()),
  max_tokens: z.nullable(z.number()),
  max_output_tokens: z.nullable(z.number()),
  supports_tools: z.nullable(z.boolean()),
  supports_vision: z.nullable(z.boolean()),
  lifecycle: z.nullable(z.enum(lifecycles)),
  retires_on: z.nullable(z.string()),
  /** USD per 1M tokens, base tier; null when the catalog does not list the model. */
  prices: z.nullable(
    z.strictObject({
      input_price: z.nullable(z.number()),
      output_price: z.nullable(z.number()),
      cache_read_price: z.nullable(z.number()),
      cache_write_price: z.nullable(z.number()),
      /** By family only, the prices are another model's. */
      match: z.enum(["exact", "dated", "family"]),
      /** The base model's prices, which may differ in this Bedrock geography. */
      region_may_differ: z.boolean(),
      /** The catalog with the price, and the day on which it was read or published (YYYY-MM-DD). */
      layer: z.enum(catalogLayers),
      as_of: z.string(),
    }),
  ),
  registered: z.boolean(),
  runtime_refuses: z.array(z.string()),
});
export type KnownModelOffer = z.infer<typeof KnownModelOffer>;

export const KnownModelList = z.strictObject({
  models: z.array(KnownModelOffer),
});
export type KnownModelList = z.infer<typeof KnownModelList>;
