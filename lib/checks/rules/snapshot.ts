import type { AgentRecord } from "@/lib/agents/schema";
import type { MeasuredBudget, UsageDay } from "@/lib/budgets/schema";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import type { Finding, FixAction } from "@/lib/findings/schema";
import type { ForeignKey, ProviderRecord } from "@/lib/keys/schema";
import type { DefectiveModel, ModelRecord } from "@/lib/models/schema";
import { pages } from "@/lib/paths";

/** A registered model as the checks see it. */
export type CheckedModel = Omit<ModelRecord, "used_by" | "agents_unknown" | "last_test"> & {
  /** The catalog's prices (USD per 1M tokens) and context window; null when it has none. */
  catalog: {
    input_price: number | null;
    output_price: number | null;
    context_window: number | null;
    as_of: string;
  } | null;
};

/** Everything that the checks look at, read once. */
export type Snapshot = {
  now: number;
  agents: AgentRecord[];
  models: CheckedModel[];
  defective: DefectiveModel[];
  providers: ProviderRecord[];
  foreign_keys: ForeignKey[];
  /** Keys with the same value in another environment's secret. */
  shared_keys: { secret_key_name: string; secret_id: string }[];
  runtime_providers: readonly string[];
  /** What the runtime's region lists; null when it could not be read. */
  bedrock_catalog: BedrockCatalog | null;
  /** After how many days a key is old. */
  key_old_days: number;
  /** How far budgets are used, and the days that are unusual; null when usage could not be read. */
  usage: { budgets: MeasuredBudget[]; unusual: UsageDay[] } | null;
  /** AWS actions that the app's own role lacks. */
  missing_permissions: { action: string; resource: string; needed_for: string }[];
};

/** One rule: what it finds in a snapshot. */
export type Check = (snapshot: Snapshot) => Finding[];

/** The providers' ids that any agent names. */
export function usedProviders({ agents }: Snapshot): Set<string> {
  return new Set(agents.flatMap(({ provider_id }) => provider_id ?? []));
}

/** The agents that resolve to each model, by its pk. */
export function usersByModel({ agents }: Snapshot): Map<string | null, AgentRecord[]> {
  return groupBy(agents, (agent) => agent.resolves_to);
}

/** `Map.groupBy`, which Node 20 does not have. */
export function groupBy<Key, Value>(
  values: readonly Value[],
  keyOf: (value: Value) => Key,
): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}

/** Where a model is put right that needs a person to look at it. */
export function openModelAction({ pk }: CheckedModel): FixAction {
  return { label: "Open the model", href: pages.models({ model: pk }) };
}
