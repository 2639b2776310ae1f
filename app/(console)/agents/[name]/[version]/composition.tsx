"use client";

import { HistoryList } from "@/components/activity/history-list";
import { SetBack } from "@/components/activity/set-back";
import { AgentView } from "@/components/agents/agent-view";
import { agentEntityId } from "@/lib/agents/entity";
import type { AgentKey } from "@/lib/agents/schema";

/** An agent and its history on one page: resource folders do not know each other. */
export function AgentComposition({ agent, canWrite }: { agent: AgentKey; canWrite: boolean }) {
  const entity = { kind: "agent", id: agentEntityId(agent) } as const;
  return (
    <AgentView
      agent={agent}
      canWrite={canWrite}
      history={({ etag }) => <HistoryList entity={entity} canWrite={canWrite} revision={etag} />}
      outside={(record) => <SetBack agent={record} canWrite={canWrite} />}
    />
  );
}
