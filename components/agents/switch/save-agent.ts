import type { QueryClient } from "@tanstack/react-query";
import { agentQueries } from "@/components/agents/queries";
import type { AgentChanges, AgentKey, AgentRecord } from "@/lib/agents/schema";
import { apiFetch } from "@/lib/api/client";

/** Provider and model are one choice. */
export const agentChoices = [["llm_provider", "llm_model"]] as const;

export function saveAgent(base: AgentRecord, changes: AgentChanges): Promise<AgentRecord> {
  const params = { name: base.agent_name, version: base.version };
  return apiFetch("updateAgent", { params, body: changes, ifMatch: base.etag });
}

/** Puts a saved record into the cached list and the cached page. */
export function cacheAgent(client: QueryClient, agent: AgentRecord): void {
  client.setQueryData(agentQueries.record(agent.agent_name, agent.version).queryKey, agent);
  client.setQueryData(
    agentQueries.list().queryKey,
    (list) => list && { agents: list.agents.map((row) => (isSame(row, agent) ? agent : row)) },
  );
}

export function isSame(a: AgentKey, b: AgentKey): boolean {
  return a.agent_name === b.agent_name && a.version === b.version;
}
