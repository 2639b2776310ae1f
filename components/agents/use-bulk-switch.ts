"use client";

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { operationQueries } from "@/components/operations/queries";
import { useUndoOperation } from "@/components/operations/use-operation";
import { showToast } from "@/components/ui/toast";
import { agentEntityId } from "@/lib/agents/entity";
import type { AgentSwitch, BulkSwitch, BulkSwitchResult } from "@/lib/agents/schema";
import { ApiError, apiFetch } from "@/lib/api-client";
import { api } from "@/lib/paths";
import { agents } from "./bulk-plan";

/** One request under way or answered. */
export type BulkRun = {
  operation_id: string;
  provider: string;
  isUnderWay: boolean;
  /** False when it turned out that nothing was to be written. */
  isWritten: boolean;
  /** Refused before the operation began: its rows do not name them. */
  left: AgentSwitch[];
};

type BulkWrite = {
  requests: readonly BulkSwitch[];
  /** Refused by the dry run, and in none of the requests. */
  left: readonly AgentSwitch[];
};

/** Writes bulk switches one after the other, under operation ids of our own so as to watch them. */
export function useBulkSwitch() {
  const client = useQueryClient();
  const undoOne = useUndoOperation();
  const [runs, setRuns] = useState<BulkRun[]>([]);

  /** The last one first: what they wrote together goes back together. */
  async function undoAll(ids: readonly string[]): Promise<void> {
    for (const id of ids.toReversed()) await undoOne(id);
  }

  const settle = (id: string, changes: Partial<BulkRun>) =>
    setRuns((all) =>
      all.map((run) => (run.operation_id === id ? { ...run, ...changes, isUnderWay: false } : run)),
    );

  async function writeOne(body: BulkSwitch): Promise<BulkSwitchResult> {
    const operation_id = crypto.randomUUID();
    const { provider } = body.from;
    const run = { operation_id, provider, isUnderWay: true, isWritten: true, left: [] };
    setRuns((all) => [...all, run]);
    try {
      const result = await apiFetch<BulkSwitchResult>(api.agentsSwitch(), {
        body: { ...body, operation_id },
      });
      const left = await leftOut(client, result);
      settle(operation_id, { isWritten: result.operation_id !== null, left });
      return result;
    } catch (error) {
      // Refused as a whole. After any other failure the operation tells how far it came.
      const isRefused = error instanceof ApiError && error.problem.status < 500;
      settle(operation_id, isRefused ? { isWritten: false } : {});
      throw error;
    }
  }

  const write = useMutation({
    mutationFn: async ({ requests }: BulkWrite) => {
      setRuns([]);
      const results: BulkSwitchResult[] = [];
      for (const body of requests) {
        const result = await writeOne(body);
        results.push(result);
        // Somebody pressed Stop: what was not begun is not begun any more.
        if (result.agents.some(({ outcome }) => outcome === "pending")) break;
      }
      return results;
    },
    onSuccess: (results, { left }) => announce(results, left, undoAll),
    onSettled: () => client.invalidateQueries(),
  });

  const undo = useMutation({
    mutationFn: () =>
      undoAll(runs.filter(({ isWritten }) => isWritten).map(({ operation_id }) => operation_id)),
  });

  return { runs, write, undo };
}

async function leftOut(client: QueryClient, result: BulkSwitchResult): Promise<AgentSwitch[]> {
  const refused = result.agents.filter(({ outcome }) => outcome === "refused");
  if (refused.length === 0 || result.operation_id === null) return refused;
  // Without this answer they are told twice, here and by the operation: better than not at all.
  const operation = await client
    .fetchQuery(operationQueries.record(result.operation_id))
    .catch(() => null);
  const inOperation = new Set(operation?.items.map(({ entity }) => entity.id));
  return refused.filter((agent) => !inOperation.has(agentEntityId(agent)));
}

type UndoAll = (ids: readonly string[]) => Promise<void>;

function announce(
  results: readonly BulkSwitchResult[],
  notAsked: readonly AgentSwitch[],
  undoAll: UndoAll,
): void {
  const told = results.flatMap((result) => result.agents);
  const ids = results.flatMap(({ operation_id }) => operation_id ?? []);
  const of = (wanted: AgentSwitch["outcome"]) => told.filter(({ outcome }) => outcome === wanted);
  const [switched, refused, pending] = [of("switched"), of("refused"), of("pending")];
  const left = [...notAsked, ...refused, ...pending];
  showToast({
    tone: left.length > 0 ? "warn" : "good",
    title: `${agents(switched.length)} switched`,
    description: left.length > 0 ? leftInWords(left) : "Takes effect on the next invocation.",
    ...(switched.length > 0 && { action: { label: "Undo", onClick: () => void undoAll(ids) } }),
  });
}

function leftInWords(left: readonly AgentSwitch[]): string {
  const named = left.slice(0, 3).map(({ agent_name }) => agent_name);
  const more = left.length > named.length ? ` and ${left.length - named.length} more` : "";
  return `Left as ${left.length === 1 ? "it was" : "they were"}: ${named.join(", ")}${more}.`;
}
