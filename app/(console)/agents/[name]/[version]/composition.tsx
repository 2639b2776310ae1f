"use client";

import dynamic from "next/dynamic";
import { AgentView } from "@/components/agents/agent-view";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { agentEntityId } from "@/lib/agents/entity";
import type { AgentKey } from "@/lib/agents/schema";

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
const SetBack = dynamic(() =>
  import("@/components/activity/set-back").then((file) => file.SetBack),
);
const TestPanel = dynamic(
  () => import("@/components/completions/test-panel").then((file) => file.TestPanel),
  {
    ssr: false,
    loading: () => (
      <Loading label="Loading the test">
        <Skeleton className="h-24 w-full" />
      </Loading>
    ),
  },
);

/** An agent, its tests and its history on one page: resource folders do not know each other. */
export function AgentComposition({ agent, canWrite }: { agent: AgentKey; canWrite: boolean }) {
  const entity = { kind: "agent", id: agentEntityId(agent) } as const;
  return (
    <AgentView
      agent={agent}
      canWrite={canWrite}
      history={({ etag }) => <HistoryList entity={entity} canWrite={canWrite} revision={etag} />}
      test={(target) => <TestPanel {...target} />}
      outside={(record) => record.reverted && <SetBack agent={record} canWrite={canWrite} />}
    />
  );
}
