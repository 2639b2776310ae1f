import { formatDay } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";

/** The provider's lifecycle, unrelated to our active and retired; null if unknown. */
export function lifecycleLabel(model: Pick<ModelRecord, "lifecycle" | "retires_on">) {
  if (model.lifecycle === "retired") return "Retired by provider";
  if (model.retires_on) return `Retires ${formatDay(model.retires_on)}`;
  return model.lifecycle === "legacy" ? "Legacy" : null;
}

/** As above, but short enough for a column. */
export function shortLifecycleLabel(model: Pick<ModelRecord, "lifecycle" | "retires_on">) {
  if (model.lifecycle === "retired") return "provider retired";
  if (model.retires_on) return `until ${formatDay(model.retires_on).replace(/^\d+ /, "")}`;
  return lifecycleLabel(model);
}

export function capabilityLabel(value: boolean | null): string {
  return value === null ? "not known" : value ? "yes" : "no";
}

/** Agents that may use the model, but can't be read. */
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
