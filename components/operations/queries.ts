import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api-client";
import type { OperationRecord } from "@/lib/operations/schema";
import { api } from "@/lib/paths";

export const operationQueries = {
  all: ["operations"] as const,
  record: (id: string) =>
    queryOptions({
      queryKey: [...operationQueries.all, id],
      queryFn: ({ signal }) => apiFetch<OperationRecord>(api.operation(id), { signal }),
    }),
};
