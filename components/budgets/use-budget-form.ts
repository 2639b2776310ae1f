"use client";

import { useState } from "react";
import { type ApiForm, useApiForm } from "@/components/ui/form/use-api-form";
import {
  type BudgetChange,
  type BudgetRecord,
  budgetId,
  type MeasuredBudget,
} from "@/lib/budgets/schema";
import { type BudgetValues, TypedBudget, toValues } from "./budget-values";
import { useSaveBudget } from "./use-budget-writes";

export type BudgetForm = ApiForm<BudgetValues, BudgetChange>;

type Options = {
  /** Null for a new budget. */
  budget: MeasuredBudget | null;
  budgets: readonly MeasuredBudget[];
  onDone: () => void;
};

/** State and actions of a budget's dialog. */
export function useBudgetForm({ budget, budgets, onDone }: Options) {
  const [base, setBase] = useState<BudgetRecord | null>(budget);
  const form = useApiForm({
    schema: TypedBudget,
    defaultValues: toValues(null),
    values: toValues(base),
  });
  // Only typed values conflict with newer data, for example after a rollback.
  if (budget && budget.etag !== base?.etag && !form.formState.isDirty) setBase(budget);
  const { mutateAsync, variables, conflict, dismissConflict } = useSaveBudget(onDone);

  const saveOn = (on: BudgetRecord | null, changes: BudgetChange) =>
    form.attempt(() => mutateAsync({ base: on, changes }));

  const isRemoving = form.isPending && variables?.changes.monthly_usd === null;
  return {
    form,
    exists: base !== null,
    isRemoving,
    isSaving: form.isPending && !isRemoving,
    save: form.handleSubmit((change) => {
      if (!base && budgets.some(({ id }) => id === budgetId(change))) {
        const message = "It has a budget already: change that one";
        return form.setError("key", { message }, { shouldFocus: true });
      }
      return saveOn(base, change);
    }),
    remove: () => base && saveOn(base, { scope: base.scope, key: base.key, monthly_usd: null }),
    conflict,
    keepMine: () => conflict && saveOn(conflict.current, conflict.changes),
    dismissConflict,
  };
}
