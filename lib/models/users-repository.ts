import "server-only";
import { orIfTableMissing, scanAll } from "@/lib/aws/tables";
import { env } from "@/lib/env";
import type { AgentRef } from "./schema";

// lib/agents imports lib/models, so models read their agents here.

/** A version of an agent. Without provider or model, its state machine uses compiled-in defaults. */
export type RegisteredAgent = AgentRef & {
  llm_provider: string | null;
  llm_model: string | null;
  /** The name of its state machine; null if its row has no ARN. */
  state_machine_name: string | null;
  state_machine_arn: string | null;
  deployment_env: string | null;
};

/** Every version of every agent. */
export async function listRegisteredAgents(): Promise<RegisteredAgent[]> {
  const names = [
    "agent_name",
    "version",
    "llm_provider",
    "llm_model",
    "state_machine_arn",
    "deployment_env",
  ];
  return (await scanAll(env().AGENT_REGISTRY_TABLE, names)).map((item) => ({
    // The table's keys.
    agent_name: item.agent_name?.S ?? "",
    version: item.version?.S ?? "",
    llm_provider: item.llm_provider?.S || null,
    llm_model: item.llm_model?.S || null,
    state_machine_arn: item.state_machine_arn?.S || null,
    state_machine_name: machineNameOf(item.state_machine_arn?.S),
    deployment_env: item.deployment_env?.S || null,
  }));
}

/** As `listRegisteredAgents`; null if the agents' table is missing. */
export function findRegisteredAgents(): Promise<RegisteredAgent[] | null> {
  return orIfTableMissing(listRegisteredAgents(), null);
}

/**
 * The name in `arn:aws:states:REGION:ACCOUNT:stateMachine:NAME`, which some rows extend with
 * `:VERSION` or `:ALIAS`.
 */
function machineNameOf(arn: string | undefined): string | null {
  return arn?.split(":")[6] || null;
}
