import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

/** Milliseconds for which the count in the navigation is taken as it is. */
const freshFor = 60_000;

export const checkQueries = {
  all: ["checks"] as const,
  report: () =>
    queryOptions({
      queryKey: [...checkQueries.all, "report"],
      queryFn: ({ signal }) => apiFetch("runChecks", { signal }),
      staleTime: freshFor,
    }),
};
