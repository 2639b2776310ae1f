"use client";

import { useState } from "react";
import { showToast } from "@/components/ui/overlay/toast";
import {
  BudgetChange,
  type BudgetOf,
  type BudgetRecord,
  budgetId,
  type MeasuredBudget,
} from "@/lib/budgets/schema";
import { amountOf, formatAmount, nameOf } from "./budget-words";
import { currentOf, useBudgetWrites } from "./use-budget-writes";

export type BudgetForm = BudgetOf & { amount: string };

type Begun = {
  /** Null for a new one. */
  budget: MeasuredBudget | null;
  budgets: readonly MeasuredBudget[];
  onDone: () => void;
};

/** What is typed into a budget's dialog, and what becomes of it. */
export function useBudgetForm({ budget, budgets, onDone }: Begun) {
  const { save, remove } = useBudgetWrites(onDone);
  // What it was when I began to type, whatever is read meanwhile.
  const [base, setBase] = useState<BudgetRecord | null>(budget);
  const [form, setForm] = useState<BudgetForm>({
    scope: budget?.scope ?? "agent",
    key: budget?.key ?? "",
    amount: budget ? String(budget.monthly_usd) : "",
  });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const isUntouched = base !== null && form.amount === String(base.monthly_usd);
  // Such as after a roll back in its history: only what was typed stands against what is read.
  if (budget && isUntouched && budget.etag !== base.etag) {
    setBase(budget);
    setForm({ ...form, amount: String(budget.monthly_usd) });
  }
  const error = save.error ?? remove.error;
  const theirs = currentOf(error);

  function saveOn(on: BudgetRecord | null) {
    const { scope, key, amount } = form;
    const given = BudgetChange.safeParse({ scope, key, monthly_usd: amountOf(amount) });
    const wrong = wordsOf(given.error);
    const isTaken = given.success && !on && budgets.some(({ id }) => id === budgetId(given.data));
    if (isTaken) wrong.key = "It has a budget already: change that one";
    setErrors(wrong);
    if (!given.success || isTaken) return;
    const change = given.data;
    const onSuccess = () => {
      showToast({ tone: "good", title: sentenceOf(change) });
      onDone();
    };
    save.mutate({ change, ...(on && { ifMatch: on.etag }) }, { onSuccess });
  }

  function removeOn(on: BudgetRecord | null) {
    if (on) remove.mutate(on);
    else onDone();
  }

  return {
    form,
    errors,
    change: (typed: Partial<BudgetForm>) => setForm({ ...form, ...typed }),
    isThere: base !== null,
    saving: save.isPending,
    removing: remove.isPending,
    save: () => saveOn(base),
    remove: () => removeOn(base),
    /** The budget as somebody else has left it; undefined unless that is why nothing was written. */
    theirs,
    wantsRemoval: remove.isError,
    /** The same again, on what they have left. */
    insist: () => {
      setBase(theirs ?? null);
      (remove.isError ? removeOn : saveOn)(theirs ?? null);
    },
    /** Any other failure. */
    failure: theirs === undefined ? error : null,
  };
}

function wordsOf(error: { issues: { path: PropertyKey[]; message: string }[] } | undefined) {
  const entries = (error?.issues ?? []).map(({ path, message }) => [String(path[0]), message]);
  // Pairs of strings, by the line above.
  return Object.fromEntries(entries) as Record<string, string>;
}

function sentenceOf({ monthly_usd, ...of }: BudgetChange): string {
  return `The budget of ${nameOf(of)} is ${formatAmount(monthly_usd ?? 0)} a month`;
}
