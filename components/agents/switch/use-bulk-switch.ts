"use client";

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { operationQueries } from "@/components/operations/queries";
import { useUndoOperation } from "@/components/operations/use-operation";
import { showToast } from "@/components/ui/overlay/toast";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentSwitch, BulkSwitch, BulkSwitchResult } from "@/lib/agents/schema";
import { ApiError, apiFetch } from "@/lib/api/client";
import { pluralize } from "@/lib/format";

/** A bulk switch, in progress or done. */
export type BulkRun = {
  operation_id: string;
  isInProgress: boolean;
  /** Agents refused before the operation, which therefore has no steps for them. */
  remaining: AgentSwitch[];
};

/** Runs a bulk switch with an operation ID chosen here, so that its progress can be displayed. */
export function useBulkSwitch() {
  const client = useQueryClient();
  const undo = useUndoOperation();
  /** Null until something may have been written. */
  const [run, setRun] = useState<BulkRun | null>(null);
  const write = useMutation({
    mutationFn: async (body: BulkSwitch) => {
      const operation_id = crypto.randomUUID();
      setRun({ operation_id, isInProgress: true, remaining: [] });
      try {
        const result = await apiFetch("switchAgents", {
          body: { ...body, operation_id },
        });
        const remaining = await leftOut(client, result);
        setRun(
          result.operation_id === null ? null : { operation_id, isInProgress: false, remaining },
        );
        return result;
      } catch (error) {
        // The entire request was refused. After other failures the operation shows what was done.
        const isRefused = error instanceof ApiError && error.problem.status < 500;
        setRun(isRefused ? null : { operation_id, isInProgress: false, remaining: [] });
        throw error;
      }
    },
    onSuccess: (result) => announce(result, undo),
    onSettled: () => client.invalidateQueries(),
  });
  return { run, write };
}

async function leftOut(client: QueryClient, result: BulkSwitchResult): Promise<AgentSwitch[]> {
  const refused = result.agents.filter(({ outcome }) => outcome === "refused");
  if (refused.length === 0 || result.operation_id === null) return refused;
  // May be displayed twice if this response is lost, which is acceptable.
  const operation = await client
    .fetchQuery(operationQueries.record(result.operation_id))
    .catch(() => null);
  const inOperation = new Set(operation?.items.map(({ entity }) => entity.id));
  return refused.filter((agent) => !inOperation.has(agentEntityId(agent)));
}

function announce(result: BulkSwitchResult, undo: (id: string) => Promise<unknown>): void {
  const { operation_id } = result;
  const of = (outcome: AgentSwitch["outcome"]) =>
    result.agents.filter((agent) => agent.outcome === outcome);
  const [switched, refused, pending] = [of("switched"), of("refused"), of("pending")];
  const notes = [
    pending.length > 0 ? `Stopped: ${pluralize(pending.length, "agent")} not touched yet.` : "",
    refused.length > 0 ? describeRemaining(refused) : "",
  ].filter(Boolean);
  showToast({
    tone: notes.length > 0 ? "warn" : "good",
    title: `${pluralize(switched.length, "agent")} switched`,
    description: notes.join(" ") || "Takes effect on the next invocation.",
    ...(switched.length > 0 &&
      operation_id && { action: { label: "Undo", onClick: () => void undo(operation_id) } }),
  });
}

function describeRemaining(remaining: readonly AgentSwitch[]): string {
  const named = remaining.slice(0, 3).map(({ agent_name }) => agent_name);
  const more =
    remaining.length > named.length ? ` and ${remaining.length - named.length} more` : "";
  return `Left as ${remaining.length === 1 ? "it was" : "they were"}: ${named.join(", ")}${more}.`;
}
