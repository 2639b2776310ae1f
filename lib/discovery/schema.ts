import type { AgentRef, lifecycles } from "@/lib/models/schema";
import type { ProviderId } from "@/lib/providers/schema";

/** A foundation model as the region's control plane lists it. */
export type BedrockBase = {
  model_id: string;
  display_name: string | null;
  /** How it is called in this region: by its own ID, by an inference profile, or bought capacity only. */
  runs: "on_demand" | "profile" | "provisioned";
  /** False for those that make images or embeddings: agents can use none of them. */
  writes_text: boolean;
  supports_vision: boolean | null;
  lifecycle: "active" | "legacy" | null;
};

/** An inference profile that the region offers to this account. */
export type BedrockProfile = {
  /** What agents are given: the profile's ID; of an application profile its whole ARN. */
  model_id: string;
  display_name: string | null;
  kind: "system" | "application";
  /** The foundation models behind it: one, as far as AWS has them today. */
  bases: string[];
  /** To how many regions it routes. */
  regions: number;
  created_at: string | null;
};

/** What Bedrock offers in one region; what AWS said at `as_of`. */
export type BedrockCatalog = {
  region: string;
  as_of: string;
  bases: BedrockBase[];
  profiles: BedrockProfile[];
};

/** The catalog, or why it could not be read, in words. */
export type BedrockReading =
  | { state: "read"; catalog: BedrockCatalog }
  | { state: "not_allowed" | "unreadable"; cause: string; fix: string };

/** One entry of a provider's own list, joined with the registry, our dated table and the catalog. */
export type AvailableModel = {
  model_id: string;
  display_name: string;
  /** One line of our dated table: what it is good for. */
  purpose: string | null;
  state: "registered" | "new";
  /** The key of its row; null when it is new. */
  pk: string | null;
  /** Context window and output limit in tokens. */
  max_tokens: number | null;
  max_output_tokens: number | null;
  supports_tools: boolean | null;
  supports_vision: boolean | null;
  lifecycle: (typeof lifecycles)[number] | null;
  retires_on: string | null;
  /** USD per 1M tokens, base tier; null = the catalog has no such price. */
  input_price: number | null;
  output_price: number | null;
  cache_read_price: number | null;
  cache_write_price: number | null;
  /** True when the catalog knows both what input and what output costs. */
  price_known: boolean;
  /** The day on which the catalog was released (YYYY-MM-DD); null when it has no price. */
  prices_as_of: string | null;
  kind: "model" | "inference_profile";
  /** False when it makes embeddings, images or sound, as far as its name tells: lists say nothing of it. */
  writes_text: boolean;
  /** A Bedrock base model that does not run by its own ID in this region. */
  needs_profile: boolean;
  /** The profiles that run it, that of the region's geography first; of a profile, none. */
  profiles: string[];
  created_at: string | null;
};

/** A registered row that the provider's list does not name. */
export type UnlistedModel = {
  pk: string;
  model_id: string;
  display_name: string;
  used_by: AgentRef[];
  /** What is known of the reason; null when only the provider knows. */
  reason: string | null;
};

export type AvailableModels = {
  provider: ProviderId;
  /** When the provider gave the list. */
  as_of: string;
  models: AvailableModel[];
  /** Not listed is not always retired: it may be an alias, or closed to this key. */
  gone: UnlistedModel[];
  /** What IDs are judged by; null for every provider but Bedrock. */
  bedrock: BedrockCatalog | null;
};

/** A model that the console knows of a provider, registered or not; a null is not known. */
export type KnownModelOffer = {
  model_id: string;
  display_name: string;
  purpose: string | null;
  max_tokens: number | null;
  max_output_tokens: number | null;
  supports_tools: boolean | null;
  supports_vision: boolean | null;
  lifecycle: (typeof lifecycles)[number] | null;
  retires_on: string | null;
  /** USD per 1M tokens, base tier; null when the catalog does not list the model. */
  prices: {
    input_price: number | null;
    output_price: number | null;
    cache_read_price: number | null;
    cache_write_price: number | null;
    /** The day on which the catalog was released (YYYY-MM-DD). */
    as_of: string;
  } | null;
  registered: boolean;
};

export type KnownModelList = { models: KnownModelOffer[] };
