import "server-only";
import { exchange } from "./exchange";
import type { Connection } from "./provider";
import { connectionTo, type ListingProvider } from "./registry";
import type { ListedModel } from "./schema";
import { toValidModels } from "./valid-answer";

/**
 * All models that a provider lists for this key, in its order. One identity, one deadline for all
 * pages, no retry. Bedrock's list comes from its control plane instead, which doesn't accept the
 * runtime's bearer token (`bedrock-catalog.ts`).
 * @throws ProviderFailure with cause and fix; the reason of `signal` if it aborted
 */
export async function listModels(
  provider: ListingProvider,
  apiKey: string,
  signal: AbortSignal,
  connection: Connection = connectionTo(provider),
): Promise<ListedModel[]> {
  const { models } = await fetchListing(provider, apiKey, signal, connection);
  return models;
}

/** The list, and whether it is simulated. @throws as `listModels` */
export async function fetchListing(
  provider: ListingProvider,
  apiKey: string,
  signal: AbortSignal,
  connection: Connection,
): Promise<{ models: ListedModel[]; simulated: boolean }> {
  const request = { provider, apiKey, signal, connection, call: null };
  const lists = exchange(request, async function* ({ protocol, wire }) {
    if (!protocol.models) throw new TypeError(`The adapter of ${provider} lists no models`);
    const models = toValidModels(await protocol.models(wire));
    yield { models, simulated: wire.exchange.simulated };
  });
  for await (const list of lists) return list;
  throw new Error("An exchange ended without its list");
}
