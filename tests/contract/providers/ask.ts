import { complete } from "@/lib/providers/complete";
import { ProviderFailure } from "@/lib/providers/errors";
import type { Connection, ProviderCall, ProviderEvent } from "@/lib/providers/provider";
import type { ProviderId } from "@/lib/providers/schema";
import { type Replay, type ReplayServer, startReplay } from "@/tests/support/replay-server";

/** Not the shape of any provider's key, so that a hit can only come from this test. */
export const canary = "canary-4f9a1c77e2b84d10a6+/=Zq";

export const question: ProviderCall = {
  model_id: "model-1",
  messages: [{ role: "user", content: "Hello?" }],
  stream: true,
};

export type Asking = {
  provider: ProviderId;
  call?: Partial<ProviderCall>;
  apiKey?: string;
  timeoutMs?: number;
  region?: string;
  signal?: AbortSignal;
};

/** Base URLs carry the paths of each provider's endpoint. */
const basePaths: Partial<Record<ProviderId, string>> = { openai: "/v1", xai: "/v1" };

export function ask(server: Pick<ReplayServer, "url">, asking: Asking) {
  return complete(
    asking.provider,
    { ...question, ...asking.call },
    asking.apiKey ?? canary,
    asking.signal ?? new AbortController().signal,
    connectionTo(server, asking),
  );
}

/** How a provider is reached at a server of the test. */
export function connectionTo(
  server: Pick<ReplayServer, "url">,
  { provider, region, timeoutMs }: Asking,
): Connection {
  return {
    baseUrl: server.url + (basePaths[provider] ?? ""),
    region: region ?? "eu-west-1",
    timeoutMs: timeoutMs ?? 10_000,
  };
}

/** Asks a server that gives this answer; all events, and the requests that it saw. */
export async function askReplay(replay: Parameters<typeof startReplay>[0], asking: Asking) {
  const server = await startReplay(replay);
  try {
    const events: ProviderEvent[] = [];
    for await (const event of ask(server, asking)) events.push(event);
    return { events, requests: server.requests };
  } finally {
    await server.stop();
  }
}

/** The failure that this answer leads to, with what was delivered before it. */
export async function failureOf(replay: Replay, asking: Asking): Promise<ProviderFailure> {
  try {
    const { events } = await askReplay(replay, asking);
    throw new Error(`No failure but ${JSON.stringify(events)}`);
  } catch (error) {
    if (error instanceof ProviderFailure) return error;
    throw error;
  }
}
