import type { ModelRecord } from "@/lib/models/schema";
import { providerIds, providerInfo } from "@/lib/providers/schema";

/** "Amazon Bedrock"; a name that nobody knows stands for itself. */
export function providerName(providerId: string): string {
  const id = providerIds.find((known) => known === providerId);
  return id ? providerInfo(id).name : providerId;
}

/** A number of tokens in short: 128K, 1.05M. */
export function tokensShort(tokens: number): string {
  if (tokens < 1000) return String(tokens);
  if (tokens < 999_500) return `${Math.round(tokens / 1000)}K`;
  return `${Number((tokens / 1_000_000).toFixed(2))}M`;
}

/** "1 agent", "3 agents". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** "5 Jan 2027" for 2027-01-05; the text itself when it is no date. */
export function dayInWords(date: string): string {
  const [year, month, day] = date.split("-").map(Number);
  const name = month === undefined ? undefined : months[month - 1];
  return year && name && day ? `${day} ${name} ${year}` : date;
}

/** The provider's own lifecycle, which is not our active or retired; null when it says nothing. */
export function lifecycleWords(model: Pick<ModelRecord, "lifecycle" | "retires_on">) {
  if (model.lifecycle === "retired") return "Retired by provider";
  if (model.retires_on) return `Retires ${dayInWords(model.retires_on)}`;
  return model.lifecycle === "legacy" ? "Legacy" : null;
}

/** The same, short enough for a column. */
export function lifecycleShort(model: Pick<ModelRecord, "lifecycle" | "retires_on">) {
  if (model.lifecycle === "retired") return "provider retired";
  if (model.retires_on) return `until ${dayInWords(model.retires_on).replace(/^\d+ /, "")}`;
  return lifecycleWords(model);
}

export function capabilityWords(value: boolean | null): string {
  return value === null ? "not known" : value ? "yes" : "no";
}

/** "sql-agent v1.0, maps-agent v2" */
export function agentNames(model: Pick<ModelRecord, "used_by">): string {
  return model.used_by.map((agent) => `${agent.agent_name} ${agent.version}`).join(", ");
}
