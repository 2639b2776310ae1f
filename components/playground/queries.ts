import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api-client";
import { api } from "@/lib/paths";
import type { PastRunList } from "@/lib/playground/schema";

export const pastRunQueries = {
  all: ["past-runs"] as const,
  list: () =>
    queryOptions({
      queryKey: pastRunQueries.all,
      queryFn: ({ signal }) => apiFetch<PastRunList>(api.playgroundRuns(), { signal }),
    }),
};
