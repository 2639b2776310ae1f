import "server-only";
import { createHash } from "node:crypto";
import { readKey } from "@/lib/keys/service";
import { runtimeBedrockRegion } from "@/lib/providers/runtime";
import type { ProviderId } from "@/lib/providers/schema";
import { type Listing, readListing } from "./listing-service";
import { cacheListing } from "./provider-list-service";

const keptMs = 5 * 60_000;
/** A provider in trouble is not asked by everybody who looks. */
const failureKeptMs = 30_000;
const requestTimeoutMs = 60_000;

type Kept = {
  identity: string;
  until: number;
  reading: Promise<Listing>;
};
const kept = new Map<ProviderId, Kept>();

/**
 * The provider's list as this process read it within minutes with the same key, else a new one. All
 * who ask meanwhile share one request.
 * @param refresh reads it anew, unless somebody else's request is under way
 * @throws AppError the provider's failure
 */
export async function readCachedListing(provider: ProviderId, refresh: boolean): Promise<Listing> {
  const identity = await identityOf(provider);
  const known = kept.get(provider);
  const isUnderWay = known?.until === Number.POSITIVE_INFINITY;
  const isFresh = known?.identity === identity && Date.now() < known.until;
  if (known && isFresh && (isUnderWay || !refresh)) return known.reading;
  const entry: Kept = { identity, until: Number.POSITIVE_INFINITY, reading: read(provider) };
  kept.set(provider, entry);
  entry.reading.then(
    () => {
      entry.until = Date.now() + keptMs;
    },
    () => {
      entry.until = Date.now() + failureKeptMs;
    },
  );
  return entry.reading;
}

async function read(provider: ProviderId): Promise<Listing> {
  const listing = await readListing(provider, AbortSignal.timeout(requestTimeoutMs));
  await cacheListing(provider, listing);
  return listing;
}

/** Another key, or region, has another list. */
async function identityOf(provider: ProviderId): Promise<string> {
  if (provider === "bedrock") return runtimeBedrockRegion();
  const key = (await readKey(provider)) ?? "";
  return createHash("sha256").update(key).digest("hex");
}
