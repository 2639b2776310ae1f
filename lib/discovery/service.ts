import "server-only";
import { listModels } from "@/lib/models/service";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import type { ProviderId } from "@/lib/providers/schema";
import { readListing } from "./listing-service";
import { cacheListing } from "./provider-list-service";
import { joinListing } from "./rules/join";
import type { AvailableModels } from "./schema";

/**
 * The provider's own list, joined with the registry, the known models and the price catalog.
 * @throws AppError the provider's failure with its code, cause and fix
 */
export async function listAvailableModels(
  provider: ProviderId,
  signal: AbortSignal,
): Promise<AvailableModels> {
  const [listing, registry, catalog] = await Promise.all([
    readListing(provider, signal).then(async (read) => {
      await cacheListing(provider, read);
      return read;
    }),
    listModels({ active: "all" }),
    loadCatalog(),
  ]);
  const { models, gone } = joinListing(provider, listing, registry, catalog);
  return { provider, as_of: listing.as_of, models, gone, bedrock: listing.bedrock };
}
