"use client";

import { PreflightSkeleton } from "@/components/agents/switch/preflight-skeleton";
import { Card } from "@/components/ui/card";
import { lazyPart } from "@/components/ui/lazy-part";
import { SheetSkeleton } from "@/components/ui/overlay/sheet-skeleton";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { VersionsSkeleton } from "./agent-skeleton";
import { TraceSkeleton } from "./trace-skeleton";

// These load together, right after the page.
const details = () => import("./details");
export const FailureFix = lazyPart(async () => (await details()).FailureFix);
export const PreflightPanel = lazyPart(
  async () => (await details()).PreflightPanel,
  <div className="mt-3.5 border-t border-line pt-3 min-h-52">
    <PreflightSkeleton />
  </div>,
);
export const TraceCard = lazyPart(async () => (await details()).TraceCard, <TraceSkeleton />);
export const VersionsCard = lazyPart(
  async () => (await details()).VersionsCard,
  <Card title="Versions">
    <VersionsSkeleton />
  </Card>,
);

// These load when the first of them is opened.
const dialogs = () => import("./dialogs");
export const AgentDialogs = lazyPart(async () => (await dialogs()).AgentDialogs);
export const AgentTest = lazyPart(
  async () => (await dialogs()).AgentTest,
  <SheetSkeleton label="Loading the test" />,
);
export const PromptForm = lazyPart(
  async () => (await dialogs()).PromptForm,
  <Loading label="Loading the form">
    <Skeleton className="h-32 w-full" />
  </Loading>,
);

export const RunsTab = lazyPart(
  () => import("@/components/agents/runs/runs-tab").then((file) => file.RunsTab),
  <TableSkeleton label="Loading the runs" rows={5} />,
);
export const TrialsTab = lazyPart(
  () => import("@/components/agents/trials/trials-tab").then((file) => file.TrialsTab),
  <TableSkeleton label="Loading the trials" rows={4} />,
);
