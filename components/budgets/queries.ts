import { queryOptions } from "@tanstack/react-query";
import { apiFetch } from "@/lib/api-client";
import type { BudgetList } from "@/lib/budgets/schema";
import { api } from "@/lib/paths";

export const budgetQueries = {
  all: ["budgets"] as const,
  list: () =>
    queryOptions({
      queryKey: [...budgetQueries.all, "list"],
      queryFn: ({ signal }) => apiFetch<BudgetList>(api.budgets(), { signal }),
    }),
};
