import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

/** How long the navigation's count counts as fresh, in milliseconds. */
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
