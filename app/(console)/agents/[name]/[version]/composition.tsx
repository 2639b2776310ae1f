"use client";

import { AgentView } from "@/components/agents/page/agent-view";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentKey } from "@/lib/agents/schema";
import { HealthCard, HistoryList, RevertedNote, TestPanel } from "../../../lazy-parts";

/**
 * An agent, its tests and its history on one page, because resource folders don't import each
 * other.
 */
export function AgentComposition({ agent, canWrite }: { agent: AgentKey; canWrite: boolean }) {
  const entity = { kind: "agent", id: agentEntityId(agent) } as const;
  return (
    <AgentView
      agent={agent}
      canWrite={canWrite}
      history={({ etag }) => <HistoryList entity={entity} canWrite={canWrite} revision={etag} />}
      health={(record) => <HealthCard agent={record} canWrite={canWrite} />}
      test={(target) => <TestPanel {...target} />}
      revertedNote={(record) =>
        record.reverted && <RevertedNote agent={record} canWrite={canWrite} />
      }
    />
  );
}
