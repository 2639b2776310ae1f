import { queryOptions } from "@tanstack/react-query";
import type { AgentRecord } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api-client";
import { api } from "@/lib/paths";

export type AgentList = { agents: AgentRecord[] };

export const agentQueries = {
  all: ["agents"] as const,
  list: () =>
    queryOptions({
      queryKey: [...agentQueries.all, "list"],
      queryFn: ({ signal }) => apiFetch<AgentList>(api.agents(), { signal }),
    }),
  /** Every version of one agent. */
  versions: (name: string) =>
    queryOptions({
      queryKey: [...agentQueries.all, "versions", name],
      queryFn: ({ signal }) => apiFetch<AgentList>(api.agents({ name }), { signal }),
    }),
  record: (name: string, version: string) =>
    queryOptions({
      queryKey: [...agentQueries.all, "record", name, version],
      queryFn: ({ signal }) => apiFetch<AgentRecord>(api.agent(name, version), { signal }),
    }),
};
