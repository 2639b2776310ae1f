import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

export const modelQueries = {
  all: ["models"] as const,
  /** Every model. Screens filter and sort them. */
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
  /** A model's price history and catalog prices. */
  prices: (provider: string, modelId: string) =>
    queryOptions({
      queryKey: [...modelQueries.all, "prices", provider, modelId],
      queryFn: ({ signal }) =>
        apiFetch("getModelPrices", { params: { provider, modelId }, signal }),
    }),
  /** A preview of the price sync; never cached. */
  pricePlan: () =>
    queryOptions({
      queryKey: [...modelQueries.all, "price-plan"],
      queryFn: ({ signal }) =>
        apiFetch("syncPrices", { query: { dry_run: true }, body: {}, signal }),
      staleTime: 0,
      gcTime: 0,
      refetchOnWindowFocus: false,
    }),
  /** Known models of a provider, with catalog prices. */
  known: (providerId: string) =>
    queryOptions({
      queryKey: [...modelQueries.all, "known", providerId],
      queryFn: ({ signal }) => apiFetch("listKnownModels", { params: { id: providerId }, signal }),
    }),
  /**
   * The provider's own list, which the console caches for minutes; `again` bypasses the cache. Not
   * retried automatically, but by the user.
   */
  available: (providerId: string, again = false) =>
    queryOptions({
      queryKey: [...modelQueries.all, "available", providerId],
      queryFn: ({ signal }) =>
        apiFetch("listAvailableModels", {
          params: { id: providerId },
          query: { refresh: again },
          signal,
        }),
      staleTime: again ? 0 : 60_000,
      retry: false,
    }),
};
