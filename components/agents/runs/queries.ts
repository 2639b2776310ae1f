import { queryOptions } from "@tanstack/react-query";
import type { AgentKey } from "@/lib/agents/schema";
import { ApiError, apiFetch } from "@/lib/api/client";
import type { RunFilter, RunStatus } from "@/lib/runs/schema";

/** Refetch intervals of running and finished executions, while the page is visible. */
const liveMs = 2_000;
const idleMs = 5_000;

/** Whether the execution can still change without a redrive. */
export const isInProgress = (status: RunStatus) =>
  status === "running" || status === "pending_redrive";

const all = ["runs"] as const;
const of = ({ agent_name, version }: AgentKey) => [...all, agent_name, version] as const;

export const runQueries = {
  of,
  list: (agent: AgentKey, query: RunFilter) =>
    queryOptions({
      queryKey: [...of(agent), "list", query],
      queryFn: ({ signal }) => apiFetch("listRuns", { params: paramsOf(agent), query, signal }),
      refetchInterval: ({ state: { data } }) =>
        data?.runs.some(({ status }) => isInProgress(status)) ? liveMs : idleMs,
    }),
  record: (agent: AgentKey, id: string) =>
    queryOptions({
      queryKey: [...of(agent), "record", id],
      queryFn: ({ signal }) => apiFetch("getRun", { params: { ...paramsOf(agent), id }, signal }),
      refetchInterval: ({ state: { data } }) =>
        data && isInProgress(data.status) ? liveMs : false,
      // AWS may take a moment to find an execution that it has just started.
      retry: (failures, error) => failures < 3 && !isRefused(error),
    }),
};

export const paramsOf = ({ agent_name, version }: AgentKey) => ({ name: agent_name, version });

const isRefused = (error: Error) =>
  error instanceof ApiError && error.problem.status < 500 && error.problem.status !== 404;
