import "server-only";
import { type Environment, env } from "@/lib/env";
import { anthropicAdapter, anthropicIdentity } from "@/lib/providers/anthropic";
import { bedrockAdapter } from "@/lib/providers/bedrock";
import { googleAdapter, googleIdentity } from "@/lib/providers/google";
import { openaiAdapter } from "@/lib/providers/openai";
import type { Adapter, Connection, Identity } from "@/lib/providers/provider";
import type { ProviderId } from "@/lib/providers/schema";

type Registration = {
  adapter: Adapter;
  identity: Identity;
  baseUrl: (environment: Environment) => string;
};

const bearer: Identity = (apiKey) => ({ authorization: `Bearer ${apiKey}` });
const openaiCompatible = openaiAdapter("max_tokens");

/** Endpoints and authentication of CONTRACT §4. A further provider is one adapter and one row here. */
export const registry: Record<ProviderId, Registration> = {
  openai: {
    adapter: openaiAdapter("max_completion_tokens"),
    identity: bearer,
    baseUrl: (from) => from.OPENAI_BASE_URL,
  },
  anthropic: {
    adapter: anthropicAdapter,
    identity: anthropicIdentity,
    baseUrl: (from) => from.ANTHROPIC_BASE_URL,
  },
  google: {
    adapter: googleAdapter,
    identity: googleIdentity,
    baseUrl: (from) => from.GOOGLE_GEMINI_BASE_URL,
  },
  bedrock: {
    adapter: bedrockAdapter,
    identity: bearer,
    baseUrl: (from) => from.AWS_ENDPOINT_URL_BEDROCK_RUNTIME,
  },
  xai: { adapter: openaiCompatible, identity: bearer, baseUrl: (from) => from.XAI_BASE_URL },
  deepseek: {
    adapter: openaiCompatible,
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
