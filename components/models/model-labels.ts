import type { ModelRecord } from "@/lib/models/schema";

export function capabilityLabel(value: boolean | null): string {
  return value === null ? "not known" : value ? "yes" : "no";
}

/** Agents that may use the model, but whose machine's default is unknown. */
export function unknownUsersText(count: number): string {
  const who = count === 1 ? "1 agent names" : `${count} agents name`;
  const whose =
    count === 1 ? "its state machine's default isn't" : "their state machines' defaults aren't";
  return `${who} no model, and ${whose} known. It may be this one.`;
}

/** "sql-agent v1.0, maps-agent v2" */
export function agentNames(model: Pick<ModelRecord, "used_by">): string {
  return model.used_by.map((agent) => `${agent.agent_name} ${agent.version}`).join(", ");
}
