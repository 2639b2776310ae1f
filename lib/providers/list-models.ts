import "server-only";
import { exchange } from "./exchange";
import type { Connection } from "./provider";
import { connectionTo, type ListingProvider } from "./registry";
import type { ListedModel } from "./schema";

/**
 * Everything that a provider lists for this key, in its order, paged to the end. One identity, one
 * deadline for all pages, no retry, as for a completion. Bedrock is not among them: its list is the
 * control plane's, which takes no bearer token of the runtime (`bedrock-catalog.ts`).
 * @throws ProviderFailure with cause and fix; the reason of `signal` when it aborted
 */
export async function listModels(
  provider: ListingProvider,
  apiKey: string,
  signal: AbortSignal,
  connection: Connection = connectionTo(provider),
): Promise<ListedModel[]> {
  const { models } = await listing(provider, apiKey, signal, connection);
  return models;
}

/** The list, and whether the simulator gave it. @throws as `listModels` */
export async function listing(
  provider: ListingProvider,
  apiKey: string,
  signal: AbortSignal,
  connection: Connection,
): Promise<{ models: ListedModel[]; simulated: boolean }> {
  const asked = { provider, apiKey, signal, connection, call: null };
  const lists = exchange(asked, async function* ({ protocol, wire }) {
    if (!protocol.models) throw new TypeError(`The adapter of ${provider} lists no models`);
    const models = await protocol.models(wire);
    yield { models, simulated: wire.exchange.simulated };
  });
  for await (const list of lists) return list;
  throw new Error("An exchange ended without its list");
}
