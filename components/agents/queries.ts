import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { ActivityPage } from "@/lib/activity/schema";
import { type AgentKey, type AgentRecord, agentEntityId } from "@/lib/agents/schema";
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
  record: (name: string, version: string) =>
    queryOptions({
      queryKey: [...agentQueries.all, "record", name, version],
      queryFn: ({ signal }) => apiFetch<AgentRecord>(api.agent(name, version), { signal }),
    }),
  /** Who changed what of one agent, newest first, page by page. */
  activity: (agent: AgentKey) =>
    infiniteQueryOptions({
      queryKey: [...agentQueries.all, "activity", agent.agent_name, agent.version],
      initialPageParam: null as string | null, // Without this the type would be null alone.
      queryFn: ({ signal, pageParam }) => {
        const entity = `agent:${agentEntityId(agent)}`;
        return apiFetch<ActivityPage>(api.activity({ entity, cursor: pageParam }), { signal });
      },
      getNextPageParam: (page) => page.cursor,
    }),
};
