import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

export const tokenQueries = {
  all: ["tokens"] as const,
  list: () =>
    queryOptions({
      queryKey: [...tokenQueries.all, "list"],
      queryFn: ({ signal }) => apiFetch("listTokens", { signal }),
    }),
};
