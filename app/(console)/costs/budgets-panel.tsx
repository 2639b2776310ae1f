"use client";

import dynamic from "next/dynamic";
import { BudgetsTab } from "@/components/budgets/budgets-tab";
import { Loading, Skeleton } from "@/components/ui/skeleton";

const HistoryList = dynamic(
  () => import("@/components/activity/history-list").then((file) => file.HistoryList),
  {
    ssr: false,
    loading: () => (
      <Loading label="Loading the history">
        <Skeleton className="h-12 w-full" />
      </Loading>
    ),
  },
);

/** Budgets and their history: resource folders do not know each other. */
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
