"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { activityQueries } from "@/components/activity/queries";
import { checkQueries } from "@/components/checks/queries";
import { useVersionedSave } from "@/components/ui/form/use-versioned-save";
import { showToast } from "@/components/ui/overlay/toast";
import { describeError } from "@/components/ui/text/describe-error";
import { apiFetch } from "@/lib/api/client";
import type { BudgetChange, BudgetRecord } from "@/lib/budgets/schema";
import { formatAmount, nameOf } from "./budget-labels";
import { budgetQueries } from "./queries";

const stale = [budgetQueries.all, checkQueries.all, activityQueries.all];

async function putBudget(
  base: BudgetRecord | null,
  change: BudgetChange,
): Promise<BudgetRecord | null> {
  // Someone else has already removed it.
  if (base === null && change.monthly_usd === null) return null;
  return (await apiFetch("saveBudget", { body: change, ifMatch: base?.etag })) ?? null;
}

/**
 * Sets or changes one budget, or removes it with an undo.
 * @param onDone called before the refetch, which unmounts the dialog of a removed budget
 */
export function useSaveBudget(onDone: () => void) {
  const client = useQueryClient();
  const undoRemoval = useMutation({
    mutationFn: (change: BudgetChange) => putBudget(null, change),
    onSettled: () => Promise.all(stale.map((queryKey) => client.invalidateQueries({ queryKey }))),
    onError: (error) =>
      showToast({
        tone: "bad",
        title: "The budget was not put back",
        description: describeError(error).detail,
      }),
  });

  function onRemoved({ id, scope, key, monthly_usd }: BudgetRecord) {
    // Updates the list now, because a refetch waits for CloudWatch.
    client.setQueryData(
      budgetQueries.list().queryKey,
      (list) => list && { ...list, budgets: list.budgets.filter((budget) => budget.id !== id) },
    );
    showToast({
      tone: "good",
      title: `The budget of ${nameOf({ scope, key })} is removed`,
      description: `It was ${formatAmount(monthly_usd)} a month.`,
      action: {
        label: "Undo",
        onClick: () => undoRemoval.mutate({ scope, key, monthly_usd }),
      },
    });
  }

  return useVersionedSave<BudgetRecord | null, BudgetChange>({
    write: putBudget,
    onSaved: (_, { base, changes: { monthly_usd, ...of } }) => {
      onDone();
      if (monthly_usd === null) {
        if (base) onRemoved(base);
        return;
      }
      showToast({
        tone: "good",
        title: `The budget of ${nameOf(of)} is ${formatAmount(monthly_usd)} a month`,
      });
    },
    stale,
  });
}
