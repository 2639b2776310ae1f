import * as z from "zod/mini";
import { AgentRef, lifecycles } from "@/lib/models/schema";
import { providerIds } from "@/lib/providers/schema";

/** A foundation model as the region's control plane lists it. */
export const BedrockBase = z.strictObject({
  model_id: z.string(),
  display_name: z.nullable(z.string()),
  /** How it is called in this region: by its own ID, by an inference profile, or bought capacity only. */
  runs: z.enum(["on_demand", "profile", "provisioned"]),
  /** False for those that make images or embeddings: agents can use none of them. */
  writes_text: z.boolean(),
  supports_vision: z.nullable(z.boolean()),
  lifecycle: z.nullable(z.enum(["active", "legacy"])),
});
export type BedrockBase = z.infer<typeof BedrockBase>;

/** An inference profile that the region offers to this account. */
export const BedrockProfile = z.strictObject({
  /** What agents are given: the profile's ID; of an application profile its whole ARN. */
  model_id: z.string(),
  display_name: z.nullable(z.string()),
  kind: z.enum(["system", "application"]),
  /** The foundation models behind it: one, as far as AWS has them today. */
  bases: z.array(z.string()),
  /** To how many regions it routes. */
  regions: z.number(),
  created_at: z.nullable(z.string()),
});
export type BedrockProfile = z.infer<typeof BedrockProfile>;

/** What Bedrock offers in one region; what AWS said at `as_of`. */
export const BedrockCatalog = z.strictObject({
  region: z.string(),
  as_of: z.string(),
  bases: z.array(BedrockBase),
  profiles: z.array(BedrockProfile),
});
export type BedrockCatalog = z.infer<typeof BedrockCatalog>;

/** The catalog, or why it could not be read, in words. */
export type BedrockCatalogResult =
  | { state: "read"; catalog: BedrockCatalog }
  | { state: "not_allowed" | "unreadable"; cause: string; fix: string };

/** One entry of a provider's own list, joined with the registry, our dated table and the catalog. */
export const AvailableModel = z.strictObject({
  model_id: z.string(),
  display_name: z.string(),
  /** One line of our dated table: what it is good for. */
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
  /** USD per 1M tokens, base tier; null = the catalog has no such price. */
  input_price: z.nullable(z.number()),
  output_price: z.nullable(z.number()),
  cache_read_price: z.nullable(z.number()),
  cache_write_price: z.nullable(z.number()),
  /** True when the catalog knows both what input and what output costs. */
  price_known: z.boolean(),
  /** The day on which the catalog was released (YYYY-MM-DD); null when it has no price. */
  prices_as_of: z.nullable(z.string()),
  kind: z.enum(["model", "inference_profile"]),
  /** False when it makes embeddings, images or sound, as far as its name tells: lists say nothing of it. */
  writes_text: z.boolean(),
  /** A Bedrock base model that does not run by its own ID in this region. */
  needs_profile: z.boolean(),
  /** The profiles that run it, that of the region's geography first; of a profile, none. */
  profiles: z.array(z.string()),
  created_at: z.nullable(z.string()),
});
export type AvailableModel = z.infer<typeof AvailableModel>;

/** A registered row that the provider's list does not name. */
export const UnlistedModel = z.strictObject({
  pk: z.string(),
  model_id: z.string(),
  display_name: z.string(),
  used_by: z.array(AgentRef),
  /** What is known of the reason; null when only the provider knows. */
  reason: z.nullable(z.string()),
});
export type UnlistedModel = z.infer<typeof UnlistedModel>;

export const AvailableModels = z.strictObject({
  provider: z.enum(providerIds),
  /** When the provider gave the list. */
  as_of: z.string(),
  models: z.array(AvailableModel),
  /** Not listed is not always retired: it may be an alias, or closed to this key. */
  gone: z.array(UnlistedModel),
  /** What IDs are judged by; null for every provider but Bedrock. */
  bedrock: z.nullable(BedrockCatalog),
});
export type AvailableModels = z.infer<typeof AvailableModels>;

/** A model that the console knows of a provider, registered or not; a null is not known. */
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
      /** The day on which the catalog was released (YYYY-MM-DD). */
      as_of: z.string(),
    }),
  ),
  registered: z.boolean(),
});
export type KnownModelOffer = z.infer<typeof KnownModelOffer>;

export const KnownModelList = z.strictObject({
  models: z.array(KnownModelOffer),
});
export type KnownModelList = z.infer<typeof KnownModelList>;
