import "server-only";
import { createHash } from "node:crypto";
import { type Actor, hasRole } from "@/lib/auth/actor";
import { AppError } from "@/lib/errors";
import { readKey } from "@/lib/keys/service";
import { listModels } from "@/lib/models/service";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { runtimeBedrockRegion } from "@/lib/providers/runtime";
import type { ProviderId } from "@/lib/providers/schema";
import { type Listing, readListing } from "./listing-service";
import { cacheListing } from "./provider-list-service";
import { joinListing } from "./rules/join";
import type { AvailableModels, AvailableModelsOptions } from "./schema";

const cacheMs = 5 * 60_000;
/** Prevents every viewer from repeating a request that just failed. */
const failureCacheMs = 30_000;
const requestTimeoutMs = 60_000;

type CacheEntry = {
  identity: string;
  until: number;
  reading: Promise<Listing>;
};
const cached = new Map<ProviderId, CacheEntry>();

/**
 * The provider's own list, joined with the registry, the known models and the price catalog.
 * @throws AppError the provider's failure with its code, cause and fix
 */
export async function listAvailableModels(
  actor: Actor,
  provider: ProviderId,
  { refresh }: AvailableModelsOptions,
): Promise<AvailableModels> {
  if (refresh && !hasRole(actor.role, "admin")) {
    throw new AppError("forbidden", "Only an admin can refresh the provider's list.");
  }
  const [listing, registry, catalog] = await Promise.all([
    readCachedListing(provider, refresh),
    listModels({ active: "all" }),
    loadCatalog(),
  ]);
  const { models, gone } = joinListing(provider, listing, registry, catalog);
  return { provider, as_of: listing.as_of, models, gone, bedrock: listing.bedrock };
}

/**
 * The provider's list, cached in this process for five minutes per key. Concurrent callers share one
 * request.
 * @param refresh reads the list again, unless a request is in progress
 * @throws AppError the provider's failure
 */
async function readCachedListing(provider: ProviderId, refresh: boolean): Promise<Listing> {
  const identity = await identityOf(provider);
  const cachedEntry = cached.get(provider);
  const isInProgress = cachedEntry?.until === Number.POSITIVE_INFINITY;
  const isFresh = cachedEntry?.identity === identity && Date.now() < cachedEntry.until;
  if (cachedEntry && isFresh && (isInProgress || !refresh)) return cachedEntry.reading;
  const entry: CacheEntry = { identity, until: Number.POSITIVE_INFINITY, reading: read(provider) };
  cached.set(provider, entry);
  entry.reading.then(
    () => {
      entry.until = Date.now() + cacheMs;
    },
    () => {
      entry.until = Date.now() + failureCacheMs;
    },
  );
  return entry.reading;
}

async function read(provider: ProviderId): Promise<Listing> {
  const listing = await readListing(provider, AbortSignal.timeout(requestTimeoutMs));
  await cacheListing(provider, listing);
  return listing;
}

/** Each key and each Bedrock region has its own list. */
async function identityOf(provider: ProviderId): Promise<string> {
  if (provider === "bedrock") return runtimeBedrockRegion();
  const key = (await readKey(provider)) ?? "";
  return createHash("sha256").update(key).digest("hex");
}
