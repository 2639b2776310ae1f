import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

export const operationQueries = {
  all: ["operations"] as const,
  record: (id: string) =>
    queryOptions({
      queryKey: [...operationQueries.all, id],
      queryFn: ({ signal }) => apiFetch("getOperation", { params: { id }, signal }),
    }),
};
