import "server-only";
import { requireProvider } from "@/lib/keys/service";
import { listModels } from "@/lib/models/service";
import { loadCatalog } from "@/lib/prices/catalog-repository";
import { readListing } from "./listing-service";
import { joinListing } from "./rules/join";
import type { AvailableModels } from "./schema";

/**
 * What the provider itself lists, joined with the registry, our dated table and the price catalog.
 * @throws AppError `not_found` for a name that is no provider id; the provider's failure with its
 *   code, cause and fix
 */
export async function listAvailableModels(
  provider: string,
  signal: AbortSignal,
): Promise<AvailableModels> {
  const id = requireProvider(provider);
  const [listing, registry, catalog] = await Promise.all([
    readListing(id, signal),
    listModels({ active: "all" }),
    loadCatalog(),
  ]);
  const { models, gone } = joinListing(id, listing, registry, catalog);
  const as_of = listing.bedrock?.as_of ?? new Date().toISOString();
  return { provider: id, as_of, models, gone, bedrock: listing.bedrock };
}
