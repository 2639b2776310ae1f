import type { AgentRecord, JsonName } from "@/lib/agents/schema";
import { formatProviderName } from "@/lib/format";

/** One field of two versions; null is "not set". */
export type FieldPair = { label: string; before: string | null; after: string | null };

export type VersionDiff = {
  changed: FieldPair[];
  /** Labels of the fields that are equal. */
  same: string[];
};

type TextName = {
  [Name in keyof AgentRecord]-?: AgentRecord[Name] extends string | null ? Name : never;
}[keyof AgentRecord];

const texts: readonly (readonly [TextName, string])[] = [
  ["status", "Status"],
  ["description", "Description"],
  ["llm_provider", "Provider"],
  ["llm_model", "Model"],
  ["system_prompt", "System prompt"],
  ["state_machine_arn", "State machine"],
  ["deployment_env", "Environment"],
  ["created_at", "Created"],
  ["updated_at", "Updated"],
];

const jsons: readonly (readonly [JsonName, string])[] = [
  ["parameters", "Parameters"],
  ["tools", "Tools"],
  ["metadata", "Metadata"],
  ["observability", "Observability"],
];

/** The differences between two versions of an agent, field by field. */
export function versionDiff(before: AgentRecord, after: AgentRecord): VersionDiff {
  const pairs: FieldPair[] = [
    { label: "Caller", before: caller(before), after: caller(after) },
    ...texts.map(([name, label]) => ({
      label,
      before: displayText(name, before[name]),
      after: displayText(name, after[name]),
    })),
    ...jsons.map(([name, label]) => ({
      label,
      before: jsonText(before, name),
      after: jsonText(after, name),
    })),
  ];
  return {
    changed: pairs.filter((pair) => pair.before !== pair.after),
    same: pairs.filter((pair) => pair.before === pair.after).map(({ label }) => label),
  };
}

function caller({ unified }: AgentRecord): string {
  return unified ? "unified" : "older, provider fixed";
}

/** An alias and the provider's ID count as different, because the runtime distinguishes them. */
function displayText(name: TextName, value: string | null): string | null {
  if (name !== "llm_provider" || value === null) return value;
  const provider = formatProviderName(value);
  return provider === value ? value : `${provider} (${value})`;
}

/** Sorted by name, so that order doesn't count. Text that can't be parsed stays as stored. */
function jsonText(agent: AgentRecord, name: JsonName): string | null {
  const value = agent[name];
  if (value === null) return agent.unparsed?.[name] ?? null;
  return JSON.stringify(ordered(value), null, 2);
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, ordered(part)]));
}
