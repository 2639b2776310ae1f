import "server-only";
import { readKey } from "@/lib/keys/service";
import { findListing, listListings, saveListing } from "@/lib/models/evidence-service";
import type { ProviderListing } from "@/lib/models/rules/evidence";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { type Listing, readListing } from "./listing-service";

/** Providers add and retire models every few days. */
const maxAgeMs = 6 * 60 * 60_000;
/**
 * How long a preflight or the checks wait for a provider, in milliseconds. The request itself
 * continues.
 */
const timeoutMs = 3_000;
const requestTimeoutMs = 20_000;
/** The pause between failed attempts of this process, in milliseconds. */
const retryMs = 5 * 60_000;

const inProgress = new Map<ProviderId, Promise<ProviderListing | null>>();
const retryAt = new Map<ProviderId, number>();
/**
 * The list that this process read last. Some lists are too long for our table, or the table is
 * missing.
 */
const lastRead = new Map<ProviderId, ProviderListing>();

/**
 * The provider's own list, from our table if it is at most six hours old. Null without a key, and
 * if it was never read. Not for Bedrock, whose regional catalog is read separately.
 */
export async function readProviderListing(id: ProviderId): Promise<ProviderListing | null> {
  if (id === "bedrock") return null;
  return refreshIfOld(id, await findListing(id));
}

/** As `readProviderListing`, for every provider, by provider ID. */
export async function readProviderListings(): Promise<Map<string, ProviderListing>> {
  const cached = await listListings();
  const ids = providerIds.filter((id) => id !== "bedrock");
  const read = await Promise.all(
    ids.map(async (id) => [id, await refreshIfOld(id, cached.get(id) ?? null)] as const),
  );
  return new Map(read.flatMap(([id, listing]) => (listing ? [[id, listing]] : [])));
}

async function refreshIfOld(
  id: ProviderId,
  stored: ProviderListing | null,
): Promise<ProviderListing | null> {
  const own = lastRead.get(id) ?? null;
  const cached = own && (!stored || own.as_of > stored.as_of) ? own : stored;
  if (cached && Date.now() - Date.parse(cached.as_of) < maxAgeMs) return cached;
  if ((retryAt.get(id) ?? 0) > Date.now()) return cached;
  const reading = inProgress.get(id) ?? startReading(id);
  return (await withinTimeout(reading)) ?? cached;
}

function startReading(id: ProviderId): Promise<ProviderListing | null> {
  const reading = read(id)
    .catch(() => {
      retryAt.set(id, Date.now() + retryMs);
      return null;
    })
    .finally(() => inProgress.delete(id));
  inProgress.set(id, reading);
  return reading;
}

async function read(id: ProviderId): Promise<ProviderListing | null> {
  if (!(await readKey(id))) return null;
  return cacheListing(id, await readListing(id, AbortSignal.timeout(requestTimeoutMs)));
}

/** Caches a list that was just read, for all copies of the console. */
export async function cacheListing(
  id: ProviderId,
  { offers }: Listing,
): Promise<ProviderListing | null> {
  if (id === "bedrock") return null;
  const models = offers.map(({ model_id, lifecycle, retires_on }) => ({
    model_id,
    lifecycle,
    retires_on,
  }));
  const listing = { as_of: new Date().toISOString(), models };
  lastRead.set(id, listing);
  // Best effort: our table may not exist yet, and the next reader tries again.
  await saveListing(id, listing).catch(() => {});
  return listing;
}

async function withinTimeout<T>(reading: Promise<T>): Promise<T | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timedOut = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), timeoutMs);
  });
  return Promise.race([reading, timedOut]).finally(() => clearTimeout(timer));
}
