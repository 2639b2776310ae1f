"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { activityQueries } from "@/components/activity/queries";
import { checkQueries } from "@/components/checks/queries";
import { showToast } from "@/components/ui/overlay/toast";
import { errorInWords } from "@/components/ui/text/error-words";
import { ApiError, apiFetch } from "@/lib/api-client";
import type { BudgetChange, BudgetRecord } from "@/lib/budgets/schema";
import { api } from "@/lib/paths";
import { formatAmount, nameOf } from "./budget-words";
import { budgetQueries } from "./queries";

type Write = { change: BudgetChange; ifMatch?: string };

/**
 * Sets or changes one budget, or removes it with the way back.
 * @param onRemoved before the list is read again: the dialog of a budget goes with it
 */
export function useBudgetWrites(onRemoved: () => void) {
  const client = useQueryClient();
  const stale = [budgetQueries.all, checkQueries.all, activityQueries.all];
  const readAgain = () =>
    Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey })));
  const put = ({ change, ifMatch }: Write) =>
    apiFetch<BudgetRecord | undefined>(api.budgets(), { method: "PUT", body: change, ifMatch });

  const save = useMutation({ mutationFn: put, onSettled: readAgain });
  const putBack = useMutation({
    mutationFn: put,
    onSettled: readAgain,
    onError: (error) =>
      showToast({
        tone: "bad",
        title: "The budget was not put back",
        description: errorInWords(error).detail,
      }),
  });
  const remove = useMutation({
    mutationFn: ({ scope, key, etag }: BudgetRecord) =>
      put({ change: { scope, key, monthly_usd: null }, ifMatch: etag }),
    onSettled: readAgain,
    onSuccess: (_, { id, scope, key, monthly_usd }) => {
      // At once: reading the list again waits for CloudWatch.
      client.setQueryData(
        budgetQueries.list().queryKey,
        (list) => list && { ...list, budgets: list.budgets.filter((budget) => budget.id !== id) },
      );
      onRemoved();
      showToast({
        tone: "good",
        title: `The budget of ${nameOf({ scope, key })} is removed`,
        description: `It was ${formatAmount(monthly_usd)} a month.`,
        action: {
          label: "Undo",
          onClick: () => putBack.mutate({ change: { scope, key, monthly_usd } }),
        },
      });
    },
  });
  return { save, remove };
}

/** The budget as somebody else has left it, by a 409 or 412; undefined for every other failure. */
export function currentOf(error: unknown): BudgetRecord | null | undefined {
  if (!(error instanceof ApiError) || !["stale", "conflict"].includes(error.problem.code)) {
    return undefined;
  }
  return (error.problem.current ?? null) as BudgetRecord | null; // PUT sends the record or null.
}
