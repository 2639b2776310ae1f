import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api/client";

export const budgetQueries = {
  all: ["budgets"] as const,
  list: () =>
    queryOptions({
      queryKey: [...budgetQueries.all, "list"],
      queryFn: ({ signal }) => apiFetch("listBudgets", { signal }),
    }),
};
