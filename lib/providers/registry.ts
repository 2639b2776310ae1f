import "server-only";
import { type Environment, env } from "@/lib/env";
import { anthropicAdapter, anthropicIdentity } from "@/lib/providers/anthropic";
import { anthropicModels } from "@/lib/providers/anthropic-models";
import { bedrockAdapter } from "@/lib/providers/bedrock";
import { googleAdapter, googleIdentity } from "@/lib/providers/google";
import { googleModels } from "@/lib/providers/google-models";
import { openaiAdapter } from "@/lib/providers/openai";
import { openaiModels, xaiModels } from "@/lib/providers/openai-models";
import type { Adapter, Connection, Identity, Lister } from "@/lib/providers/provider";
import type { ProviderId } from "@/lib/providers/schema";

/** Bedrock's list comes from its control plane, see `bedrock-catalog.ts`. */
export type ListingProvider = Exclude<ProviderId, "bedrock">;

type Registration = {
  adapter: Adapter;
  identity: Identity;
  baseUrl: (environment: Environment) => string;
};

const bearer: Identity = (apiKey) => ({ authorization: `Bearer ${apiKey}` });
const openaiCompatible = openaiAdapter("max_tokens");

/**
 * How each provider is spoken to, at the endpoints and with the authentication of CONTRACT §4. A
 * further provider is one file (its adapter and its list; none when it speaks Chat Completions) and
 * one row here. The compiler then asks for its id in `providerIds`, a unit test for what screens say of
 * it in providers.json; its base URL is read in lib/env.ts, its prices need a name in costs/catalog.ts.
 */
export const registry: Record<"bedrock", Registration> &
  Record<ListingProvider, Registration & { models: Lister }> = {
  openai: {
    adapter: openaiAdapter("max_completion_tokens"),
    models: openaiModels,
    identity: bearer,
    baseUrl: (from) => from.OPENAI_BASE_URL,
  },
  anthropic: {
    adapter: anthropicAdapter,
    models: anthropicModels,
    identity: anthropicIdentity,
    baseUrl: (from) => from.ANTHROPIC_BASE_URL,
  },
  google: {
    adapter: googleAdapter,
    models: googleModels,
    identity: googleIdentity,
    baseUrl: (from) => from.GOOGLE_GEMINI_BASE_URL,
  },
  bedrock: {
    adapter: bedrockAdapter,
    identity: bearer,
    baseUrl: (from) => from.AWS_ENDPOINT_URL_BEDROCK_RUNTIME,
  },
  xai: {
    adapter: openaiCompatible,
    models: xaiModels,
    identity: bearer,
    baseUrl: (from) => from.XAI_BASE_URL,
  },
  deepseek: {
    adapter: openaiCompatible,
    models: openaiModels,
    identity: bearer,
    baseUrl: (from) => from.DEEPSEEK_BASE_URL,
  },
};

/** Where this server reaches a provider, and how long a call may take. */
export function connectionTo(provider: ProviderId): Connection {
  const environment = env();
  return {
    baseUrl: registry[provider].baseUrl(environment),
    region: environment.BEDROCK_REGION,
    timeoutMs: environment.COMPLETION_TIMEOUT_MS,
  };
}
