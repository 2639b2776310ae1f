import "server-only";
import { env } from "@/lib/env";
import type { Connection, Protocol } from "@/lib/providers/provider";
import { type ProviderId, providerInfo } from "@/lib/providers/schema";

/** Bedrock's list comes from its control plane, see `bedrock-catalog.ts`. */
export type ListingProvider = Exclude<ProviderId, "bedrock">;

/** How a provider is spoken to: its file in `adapters`, named as its row and loaded when first asked. */
export async function protocolOf(provider: ProviderId): Promise<Protocol> {
  // A unit test holds the files to the table, and the compiler each file to `Protocol`.
  const loaded: { protocol: Protocol } = await import(`./adapters/${provider}.ts`);
  return loaded.protocol;
}

/** Where this server reaches a provider, and how long a call may take. */
export function connectionTo(provider: ProviderId): Connection {
  const environment = env();
  return {
    baseUrl: environment[providerInfo(provider).base_url.variable],
    region: environment.BEDROCK_REGION,
    timeoutMs: environment.COMPLETION_TIMEOUT_MS,
  };
}
