"use client";

import { Card } from "@/components/ui/card";
import { lazyPart } from "@/components/ui/lazy-part";
import { Loading, Skeleton } from "@/components/ui/skeleton";

const loadHistory = () => import("@/components/activity/history-list");

/** An entity's history with rollback; loads when opened. */
export const HistoryList = lazyPart(
  async () => (await loadHistory()).HistoryList,
  <Loading label="Loading the history">
    <Skeleton className="h-12 w-full" />
  </Loading>,
);

/** The note about an external change; loads with the history. */
export const RevertedNote = lazyPart(
  async () => (await loadHistory()).RevertedNote,
  <Skeleton className="h-24 w-full" />,
);

/** The dialog with the history of a provider's key. */
export const KeyHistory = lazyPart(async () => (await loadHistory()).KeyHistory);

/** A test completion; loads when opened. */
export const TestPanel = lazyPart(
  () => import("@/components/completions/test-panel").then((file) => file.TestPanel),
  <Loading label="Loading the test">
    <Skeleton className="h-24 w-full" />
  </Loading>,
);

/** An agent's runs over time; loads with its chart after the page. */
export const HealthCard = lazyPart(
  () => import("@/components/run-health/health-card").then((file) => file.HealthCard),
  <Card title="Runs over time">
    <Loading label="Loading the runs over time">
      <Skeleton className="h-48 w-full" />
    </Loading>
  </Card>,
);
