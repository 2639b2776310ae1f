import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api-client";
import { api } from "@/lib/paths";
import type { TokenList } from "@/lib/tokens/schema";

export const tokenQueries = {
  all: ["tokens"] as const,
  list: () =>
    queryOptions({
      queryKey: [...tokenQueries.all, "list"],
      queryFn: ({ signal }) => apiFetch<TokenList>(api.tokens(), { signal }),
    }),
};
