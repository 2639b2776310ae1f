import "server-only";
import { type AgentRef, candidatePks } from "@/lib/models/schema";
import { listAgentModels } from "./repository";

/** What other resources may ask of agents. */

/** The agents that resolve to each of the registered models, aliases included. */
export async function listUsersByModel(registered: Set<string>): Promise<Map<string, AgentRef[]>> {
  const users = new Map<string, AgentRef[]>();
  for (const agent of await listAgentModels()) {
    const candidates = candidatePks(agent.llm_provider, agent.llm_model);
    const pk = candidates.find((candidate) => registered.has(candidate));
    if (pk === undefined) continue;
    const { agent_name, version } = agent;
    users.set(pk, [...(users.get(pk) ?? []), { agent_name, version }]);
  }
  return users;
}

/** How many agents name each provider, as stored. */
export async function countAgentsByProvider(): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { llm_provider } of await listAgentModels()) {
    counts.set(llm_provider, (counts.get(llm_provider) ?? 0) + 1);
  }
  return counts;
}
