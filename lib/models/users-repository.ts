import "server-only";
import { orIfTableMissing, scanAll } from "@/lib/aws/tables";
import { env } from "@/lib/env";
import type { AgentRef } from "./schema";

// lib/agents imports lib/models, so models read their agents here.

export type AgentModel = AgentRef & { llm_provider: string; llm_model: string };

/** The provider and model of each agent; agents without either are left out. */
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

/** As `listAgentModels`; null if the agents' table is missing. */
export function findAgentModels(): Promise<AgentModel[] | null> {
  return orIfTableMissing(listAgentModels(), null);
}
