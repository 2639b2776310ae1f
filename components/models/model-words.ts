import { formatDay } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";

/** The provider's own lifecycle, which is not our active or retired; null when it says nothing. */
export function lifecycleWords(model: Pick<ModelRecord, "lifecycle" | "retires_on">) {
  if (model.lifecycle === "retired") return "Retired by provider";
  if (model.retires_on) return `Retires ${formatDay(model.retires_on)}`;
  return model.lifecycle === "legacy" ? "Legacy" : null;
}

/** The same, short enough for a column. */
export function lifecycleShort(model: Pick<ModelRecord, "lifecycle" | "retires_on">) {
  if (model.lifecycle === "retired") return "provider retired";
  if (model.retires_on) return `until ${formatDay(model.retires_on).replace(/^\d+ /, "")}`;
  return lifecycleWords(model);
}

export function capabilityWords(value: boolean | null): string {
  return value === null ? "not known" : value ? "yes" : "no";
}

/** "sql-agent v1.0, maps-agent v2" */
export function agentNames(model: Pick<ModelRecord, "used_by">): string {
  return model.used_by.map((agent) => `${agent.agent_name} ${agent.version}`).join(", ");
}
