"use client";

import { BudgetsTab } from "@/components/budgets/budgets-tab";
import { HistoryList } from "../lazy-parts";

/** Budgets and their history, because resource folders don't import each other. */
export function BudgetsPanel({ canWrite }: { canWrite: boolean }) {
  return (
    <BudgetsTab
      canWrite={canWrite}
      history={({ id, etag }) => (
        <HistoryList entity={{ kind: "budget", id }} canWrite={canWrite} revision={etag} />
      )}
    />
  );
}
