import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

/** How long the count in the navigation stays fresh, in milliseconds. */
const staleMs = 60_000;

export const checkQueries = {
  all: ["checks"] as const,
  report: () =>
    queryOptions({
      queryKey: [...checkQueries.all, "report"],
      queryFn: ({ signal }) => apiFetch("runChecks", { signal }),
      staleTime: staleMs,
    }),
};
