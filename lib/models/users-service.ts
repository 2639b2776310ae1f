import "server-only";
import { listModelPks } from "./repository";
import { type AgentRef, candidatePks } from "./schema";
import {
  findRegisteredAgents,
  listRegisteredAgents,
  type RegisteredAgent,
} from "./users-repository";

/** The agents that resolve to the model, aliases included. */
export async function listModelUsers(pk: string): Promise<AgentRef[]> {
  const users = await listAgentsByModel(await listModelPks());
  return users.get(pk) ?? [];
}

/** As `listModelUsers`, for display only: null if the agents' table is missing. */
export async function findModelUsers(pk: string): Promise<AgentRef[] | null> {
  const users = await findAgentsByModel(await listModelPks());
  return users && (users.get(pk) ?? []);
}

/** The agents that resolve to each registered model, aliases included. */
export async function listAgentsByModel(registered: Set<string>): Promise<Map<string, AgentRef[]>> {
  return agentsByModel(await listRegisteredAgents(), registered);
}

/** As `listAgentsByModel`, for display only: null if the agents' table is missing. */
export async function findAgentsByModel(
  registered: Set<string>,
): Promise<Map<string, AgentRef[]> | null> {
  const agents = await findRegisteredAgents();
  return agents && agentsByModel(agents, registered);
}

function agentsByModel(
  agents: RegisteredAgent[],
  registered: Set<string>,
): Map<string, AgentRef[]> {
  const users = new Map<string, AgentRef[]>();
  for (const { agent_name, version, llm_provider, llm_model } of agents.toSorted(byName)) {
    if (llm_provider === null || llm_model === null) continue;
    const candidates = candidatePks(llm_provider, llm_model);
    const pk = candidates.find((candidate) => registered.has(candidate));
    if (pk === undefined) continue;
    users.set(pk, [...(users.get(pk) ?? []), { agent_name, version }]);
  }
  return users;
}

function byName(a: AgentRef, b: AgentRef): number {
  const names = (agent: AgentRef) => `${agent.agent_name}\u0000${agent.version}`;
  return names(a) < names(b) ? -1 : 1;
}

/** The number of agents by stored provider; null if the agents' table is missing. */
export async function countAgentsByProvider(): Promise<Map<string, number> | null> {
  const agents = await findRegisteredAgents();
  if (!agents) return null;
  const counts = new Map<string, number>();
  for (const { llm_provider } of agents) {
    if (llm_provider === null) continue;
    counts.set(llm_provider, (counts.get(llm_provider) ?? 0) + 1);
  }
  return counts;
}
