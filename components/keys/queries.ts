import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api-client";
import type { ProviderList } from "@/lib/keys/schema";
import { api } from "@/lib/paths";

export const providerQueries = {
  all: ["providers"] as const,
  list: () =>
    queryOptions({
      queryKey: providerQueries.all,
      queryFn: ({ signal }) => apiFetch<ProviderList>(api.providers(), { signal }),
    }),
};
