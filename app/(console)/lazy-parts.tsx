"use client";

import { lazyPart } from "@/components/ui/lazy-part";
import { Loading, Skeleton } from "@/components/ui/skeleton";

/** An entity's history with rollback; loads when opened. */
export const HistoryList = lazyPart(
  () => import("@/components/activity/history-list").then((file) => file.HistoryList),
  <Loading label="Loading the history">
    <Skeleton className="h-12 w-full" />
  </Loading>,
);

/** A test completion; loads when opened. */
export const TestPanel = lazyPart(
  () => import("@/components/completions/test-panel").then((file) => file.TestPanel),
  <Loading label="Loading the test">
    <Skeleton className="h-24 w-full" />
  </Loading>,
);
