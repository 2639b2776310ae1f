import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

export const providerQueries = {
  all: ["providers"] as const,
  list: () =>
    queryOptions({
      queryKey: providerQueries.all,
      queryFn: ({ signal }) => apiFetch("listProviders", { signal }),
    }),
};
