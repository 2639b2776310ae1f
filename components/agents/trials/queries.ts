import { queryOptions, skipToken } from "@tanstack/react-query";
import { paramsOf } from "@/components/agents/runs/queries";
import type { AgentKey } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";
import type { Batch, TrialRequest } from "@/lib/trials/schema";

/** Refetch interval of a running trial, while the page is visible. */
const everyMs = 1_500;

const all = ["trials"] as const;
const of = ({ agent_name, version }: AgentKey) => [...all, agent_name, version] as const;

export const trialQueries = {
  of,
  list: (agent: AgentKey) =>
    queryOptions({
      queryKey: [...of(agent), "list"],
      queryFn: ({ signal }) => apiFetch("listTrials", { params: paramsOf(agent), signal }),
      refetchInterval: ({ state: { data } }) =>
        data?.trials.some(({ status }) => status === "running") ? everyMs : false,
    }),
  record: (agent: AgentKey, id: string) =>
    queryOptions({
      queryKey: [...of(agent), "record", id],
      queryFn: ({ signal }) => apiFetch("getTrial", { params: { ...paramsOf(agent), id }, signal }),
      refetchInterval: ({ state: { data } }) => (data?.status === "running" ? everyMs : false),
    }),
  /** @param done the number of finished calls, because the answers of a case grow with them */
  caseOf: (agent: AgentKey, id: string, index: number, done: number) =>
    queryOptions({
      queryKey: [...of(agent), "case", id, index, done],
      queryFn: ({ signal }) =>
        apiFetch("getTrialCase", {
          params: { ...paramsOf(agent), id, index: String(index) },
          signal,
        }),
    }),
  estimate: (agent: AgentKey, request: TrialRequest) =>
    queryOptions({
      queryKey: [...of(agent), "estimate", request],
      queryFn: ({ signal }) =>
        apiFetch("estimateTrial", { params: paramsOf(agent), body: request, signal }),
      staleTime: 0,
      retry: false,
    }),
  batch: (id: string | null) =>
    queryOptions({
      queryKey: [...all, "batch", id],
      queryFn:
        id === null
          ? skipToken
          : ({ signal }) => apiFetch("getTrialBatch", { params: { id }, signal }),
      refetchInterval: ({ state: { data } }) => (isBatchRunning(data) ? everyMs : false),
    }),
};

export function isBatchRunning(batch: Batch | undefined): boolean {
  return batch?.agents.some(({ trial }) => trial?.status === "running") ?? false;
}

export const caseSetQueries = {
  of: (agent: AgentKey) => [...of(agent), "sets"] as const,
  list: (agent: AgentKey) =>
    queryOptions({
      queryKey: [...caseSetQueries.of(agent), "list"],
      queryFn: ({ signal }) => apiFetch("listCaseSets", { params: paramsOf(agent), signal }),
    }),
  record: (agent: AgentKey, id: string) =>
    queryOptions({
      queryKey: [...caseSetQueries.of(agent), "record", id],
      queryFn: ({ signal }) =>
        apiFetch("getCaseSet", { params: { ...paramsOf(agent), id }, signal }),
    }),
};
