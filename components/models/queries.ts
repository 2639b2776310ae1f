import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

export const modelQueries = {
  all: ["models"] as const,
  /** Every model; screens filter and sort what they have. */
  list: () =>
    queryOptions({
      queryKey: [...modelQueries.all, "list"],
      queryFn: ({ signal }) => apiFetch("listModels", { signal }),
    }),
  record: (provider: string, modelId: string) =>
    queryOptions({
      queryKey: [...modelQueries.all, "record", provider, modelId],
      queryFn: ({ signal }) => apiFetch("getModel", { params: { provider, modelId }, signal }),
    }),
  /** Since when its prices hold, what held before, and what the catalog says. */
  prices: (provider: string, modelId: string) =>
    queryOptions({
      queryKey: [...modelQueries.all, "prices", provider, modelId],
      queryFn: ({ signal }) =>
        apiFetch("getModelPrices", { params: { provider, modelId }, signal }),
    }),
  /** What a price sync would do now: asked anew each time. */
  pricePlan: () =>
    queryOptions({
      queryKey: [...modelQueries.all, "price-plan"],
      queryFn: ({ signal }) =>
        apiFetch("syncPrices", { query: { dry_run: true }, body: {}, signal }),
      staleTime: 0,
      gcTime: 0,
      refetchOnWindowFocus: false,
    }),
  /** What the console knows of a provider's models, registered or not, with catalog prices. */
  known: (providerId: string) =>
    queryOptions({
      queryKey: [...modelQueries.all, "known", providerId],
      queryFn: ({ signal }) => apiFetch("listKnownModels", { params: { id: providerId }, signal }),
    }),
  /** What the provider itself lists. Asking it again at once helps nobody: a person may. */
  available: (providerId: string) =>
    queryOptions({
      queryKey: [...modelQueries.all, "available", providerId],
      queryFn: ({ signal }) =>
        apiFetch("listAvailableModels", { params: { id: providerId }, signal }),
      staleTime: 60_000,
      retry: false,
    }),
};
