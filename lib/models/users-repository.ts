import "server-only";
import { orIfTableMissing, scanAll } from "@/lib/aws/tables";
import { env } from "@/lib/env";
import type { AgentRef } from "./schema";

// lib/agents imports lib/models, so models read their agents here.

export type AgentModel = AgentRef & {
  llm_provider: string;
  llm_model: string;
  /** The name of its state machine; null if its row has no ARN. */
  state_machine_name: string | null;
};

/** The provider and model of each agent; agents without either are left out. */
export async function listAgentModels(): Promise<AgentModel[]> {
  const names = ["agent_name", "version", "llm_provider", "llm_model", "state_machine_arn"];
  return (await scanAll(env().AGENT_REGISTRY_TABLE, names)).flatMap((item) => {
    const { agent_name, version, llm_provider, llm_model, state_machine_arn } = item;
    if (!agent_name?.S || !version?.S || !llm_provider?.S || !llm_model?.S) return [];
    return {
      agent_name: agent_name.S,
      version: version.S,
      llm_provider: llm_provider.S,
      llm_model: llm_model.S,
      state_machine_name: machineNameOf(state_machine_arn?.S),
    };
  });
}

/** As `listAgentModels`; null if the agents' table is missing. */
export function findAgentModels(): Promise<AgentModel[] | null> {
  return orIfTableMissing(listAgentModels(), null);
}

/** `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`, with `:VERSION` or `:ALIAS` after it in some rows. */
function machineNameOf(arn: string | undefined): string | null {
  return arn?.split(":")[6] || null;
}
