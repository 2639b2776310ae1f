import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api-client";
import type { AvailableModels } from "@/lib/discovery/schema";
import type { KnownModelList, ModelList, ModelRecord } from "@/lib/models/schema";
import { api } from "@/lib/paths";

export const modelQueries = {
  all: ["models"] as const,
  /** Every model; screens filter and sort what they have. */
  list: () =>
    queryOptions({
      queryKey: [...modelQueries.all, "list"],
      queryFn: ({ signal }) => apiFetch<ModelList>(api.models(), { signal }),
    }),
  record: (provider: string, modelId: string) =>
    queryOptions({
      queryKey: [...modelQueries.all, "record", provider, modelId],
      queryFn: ({ signal }) => apiFetch<ModelRecord>(api.model(provider, modelId), { signal }),
    }),
  /** What the console knows of a provider's models, registered or not, with catalog prices. */
  known: (providerId: string) =>
    queryOptions({
      queryKey: [...modelQueries.all, "known", providerId],
      queryFn: ({ signal }) => apiFetch<KnownModelList>(api.knownModels(providerId), { signal }),
    }),
  /** What the provider itself lists. Asking it again at once helps nobody: a person may. */
  available: (providerId: string) =>
    queryOptions({
      queryKey: [...modelQueries.all, "available", providerId],
      queryFn: ({ signal }) =>
        apiFetch<AvailableModels>(api.availableModels(providerId), { signal }),
      staleTime: 60_000,
      retry: false,
    }),
};
