import "server-only";
import { env } from "@/lib/env";
import type { Dialect } from "./openai-request";
import { bearerIdentity, type Connection, type Protocol } from "./provider";
import { providerDetails } from "./rules/details";
import type { ProviderId } from "./schema";

/** Bedrock's list comes from its control plane, see `bedrock-catalog.ts`. */
export type ListingProvider = Exclude<ProviderId, "bedrock">;

/** How to call each provider. Its code and SDK are loaded with the first call. */
const protocols: Record<ProviderId, () => Promise<Protocol>> = {
  // OpenAI's reasoning models reject `max_tokens`; all its chat models accept the newer name.
  openai: () => openaiProtocol({ limitName: "max_completion_tokens" }, "openaiModels"),
  anthropic: async () => (await import("./anthropic")).anthropicProtocol,
  google: async () => (await import("./google")).googleProtocol,
  bedrock: async () => (await import("./bedrock")).bedrockProtocol,
  xai: () => openaiProtocol({ limitName: "max_tokens" }, "xaiModels"),
  deepseek: () =>
    openaiProtocol({ limitName: "max_tokens", returnsReasoning: true }, "openaiModels"),
};

/** For OpenAI and the providers with the same protocol. */
async function openaiProtocol(
  dialect: Dialect,
  list: "openaiModels" | "xaiModels",
): Promise<Protocol> {
  const [{ openaiAdapter }, lists] = await Promise.all([
    import("./openai"),
    import("./openai-client"),
  ]);
  return { adapter: openaiAdapter(dialect), models: lists[list], identity: bearerIdentity };
}

export function protocolOf(provider: ProviderId): Promise<Protocol> {
  return protocols[provider]();
}

/** Where this server reaches a provider, and how long a call may take. */
export function connectionTo(provider: ProviderId): Connection {
  const environment = env();
  return {
    baseUrl: environment[providerDetails[provider].base_url_variable],
    region: environment.BEDROCK_REGION,
    timeoutMs: environment.COMPLETION_TIMEOUT_MS,
  };
}
