import "server-only";
import { readDefaults } from "@/lib/runtime/service";
import { listModelPks } from "./repository";
import { type AgentRef, candidatePks } from "./schema";
import {
  findRegisteredAgents,
  listRegisteredAgents,
  type RegisteredAgent,
} from "./users-repository";

/** The most machines to describe for agents that name no model, beyond those cached for ten minutes. */
const describeBudget = 20;

export type ModelUsers = {
  /** The agents that use each registered model, aliases and compiled-in defaults included. */
  byPk: Map<string, AgentRef[]>;
  /** The number of agents that name no model and whose machine's default is unknown. */
  unknown: number;
};

/** The agents that resolve to the model. */
export async function listModelUsers(pk: string): Promise<AgentRef[]> {
  const { byPk } = await listAgentsByModel(await listModelPks());
  return byPk.get(pk) ?? [];
}

export async function listAgentsByModel(registered: Set<string>): Promise<ModelUsers> {
  return agentsByModel(await listRegisteredAgents(), registered);
}

/** As `listAgentsByModel`, for display only; null if the table of agents is missing. */
export async function findAgentsByModel(registered?: Set<string>): Promise<ModelUsers | null> {
  const agents = await findRegisteredAgents();
  return agents && agentsByModel(agents, registered ?? (await listModelPks()));
}

async function agentsByModel(
  agents: RegisteredAgent[],
  registered: Set<string>,
): Promise<ModelUsers> {
  const unnamed = agents.filter((agent) => !agent.llm_provider || !agent.llm_model);
  const defaultsOf = await readDefaults(
    unnamed.map(({ state_machine_arn }) => state_machine_arn),
    describeBudget,
  );
  const byPk = new Map<string, AgentRef[]>();
  let unknown = 0;
  for (const agent of agents.toSorted(byName)) {
    const { agent_name, version, llm_provider, llm_model, state_machine_arn } = agent;
    const isNamed = llm_provider !== null && llm_model !== null;
    const defaults = isNamed ? null : defaultsOf(state_machine_arn);
    const provider = llm_provider ?? defaults?.provider;
    const model = llm_model ?? defaults?.model;
    if (!isNamed && defaults === null) unknown += 1;
    if (!provider || !model) continue;
    const pk = candidatePks(provider, model).find((candidate) => registered.has(candidate));
    if (pk === undefined) continue;
    const user = { agent_name, version, ...(!isNamed && { by_default: true as const }) };
    byPk.set(pk, [...(byPk.get(pk) ?? []), user]);
  }
  return { byPk, unknown };
}

function byName(a: AgentRef, b: AgentRef): number {
  const names = (agent: AgentRef) => `${agent.agent_name}\u0000${agent.version}`;
  return names(a) < names(b) ? -1 : 1;
}

/**
 * The number of agents by provider, compiled-in defaults included; null if the table of agents is
 * missing.
 */
export async function countAgentsByProvider(): Promise<Map<string, number> | null> {
  const agents = await findRegisteredAgents();
  if (!agents) return null;
  const unnamed = agents.filter(({ llm_provider }) => llm_provider === null);
  const arns = unnamed.map(({ state_machine_arn }) => state_machine_arn);
  const defaultsOf = await readDefaults(arns, describeBudget);
  const counts = new Map<string, number>();
  for (const { llm_provider, state_machine_arn } of agents) {
    const provider = llm_provider ?? defaultsOf(state_machine_arn)?.provider;
    if (provider) counts.set(provider, (counts.get(provider) ?? 0) + 1);
  }
  return counts;
}
