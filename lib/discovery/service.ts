import "server-only";
import { type Actor, hasRole } from "@/lib/auth/actor";
import { AppError } from "@/lib/errors";
import { listModels } from "@/lib/models/service";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import type { ProviderId } from "@/lib/providers/schema";
import { readCachedListing } from "./cached-listing-service";
import { joinListing } from "./rules/join";
import type { AvailableModels, AvailableModelsOptions } from "./schema";

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
