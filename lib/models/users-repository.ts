import "server-only";
import { orIfTableMissing, scanAll } from "@/lib/aws/tables";
import { env } from "@/lib/env";
import type { AgentRef } from "./schema";

// Agents depend on models: what models need to know about their agents is read here.

export type AgentModel = AgentRef & { llm_provider: string; llm_model: string };

/** Which agent names which provider and model; agents that name none are left out. */
export async function listAgentModels(): Promise<AgentModel[]> {
  const names = ["agent_name", "version", "llm_provider", "llm_model"];
  return (await scanAll(env().AGENT_REGISTRY_TABLE, names)).flatMap((item) => {
    const { agent_name, version, llm_provider, llm_model } = item;
    if (!agent_name?.S || !version?.S || !llm_provider?.S || !llm_model?.S) return [];
    return {
      agent_name: agent_name.S,
      version: version.S,
      llm_provider: llm_provider.S,
      llm_model: llm_model.S,
    };
  });
}

/** As `listAgentModels`; null when there is no table of agents. */
export function findAgentModels(): Promise<AgentModel[] | null> {
  return orIfTableMissing(listAgentModels(), null);
}
