import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

export const pastRunQueries = {
  all: ["past-runs"] as const,
  list: () =>
    queryOptions({
      queryKey: pastRunQueries.all,
      queryFn: ({ signal }) => apiFetch("listPastRuns", { signal }),
    }),
};
