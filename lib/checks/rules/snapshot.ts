import type { AgentRun } from "@/lib/agents/rules/agent-run";
import type { AgentRecord } from "@/lib/agents/schema";
import type { MonthSpend } from "@/lib/budgets/rules/progress";
import type { MeasuredBudget, UsageDay } from "@/lib/budgets/schema";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import type { Finding, FixAction } from "@/lib/findings/schema";
import type { ForeignKey, ProviderRecord } from "@/lib/keys/schema";
import type { ModelRevert } from "@/lib/models/reverted-service";
import type { LegacyDisagreement } from "@/lib/models/row";
import type { ModelEvidence, ProviderListing } from "@/lib/models/rules/evidence";
import type { DefectiveModel, ModelRecord, RuntimeCallable } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import type {
  CatalogLayer,
  CatalogLifecycle,
  CatalogPrice,
  ComingPrices,
} from "@/lib/prices/rules/layers";
import type { FailingAgent } from "@/lib/run-health/schema";

/** A registered model as the checks see it. */
export type CheckedModel = Omit<
  ModelRecord,
  "used_by" | "agents_unknown" | "users_unknown" | "availability" | keyof RuntimeCallable
> & {
  last_proof: ModelEvidence["last_proof"];
  legacy_disagreements: LegacyDisagreement[];
  /** The catalog's prices (USD per 1M tokens) and context window; null if unknown. */
  catalog: Pick<
    CatalogPrice,
    "input_price" | "output_price" | "context_window" | "as_of" | "match" | "matched"
  > | null;
  /** Prices that the catalogs announce; null if there are none. */
  coming: ComingPrices | null;
  /** The lifecycle in the newest catalog that has one. */
  catalog_lifecycle: CatalogLifecycle | null;
};

/** The input of all checks, read once. */
export type Snapshot = {
  now: number;
  agents: AgentRecord[];
  /** Each agent's next run, by its ID; absent if no definition was read. */
  runs: ReadonlyMap<string, AgentRun>;
  /** IDs of agents that name their model by an alias and can be switched to that model. */
  aliases_that_work: ReadonlySet<string>;
  models: CheckedModel[];
  /** The price catalogs in use. */
  catalogs: readonly Pick<CatalogLayer, "name" | "as_of">[];
  defective: DefectiveModel[];
  /** External changes of models after they were set here. */
  model_reverts: ModelRevert[];
  providers: ProviderRecord[];
  foreign_keys: ForeignKey[];
  /** Providers whose stored key can't be sent in a request. */
  unsendable_keys: ReadonlySet<string>;
  /** Keys with an equal value in another environment's secret. */
  shared_keys: { secret_key_name: string; secret_id: string }[];
  runtime_providers: readonly string[];
  /** Bedrock's list in the runtime's region; null if it couldn't be read. */
  bedrock_catalog: BedrockCatalog | null;
  /** Each provider's own list of models, by provider ID. */
  provider_listings: ReadonlyMap<string, ProviderListing>;
  /** The age in days from which a key counts as old. */
  key_old_days: number;
  /** Budget use, unusual days and this month's costs; null if usage couldn't be read. */
  usage: { budgets: MeasuredBudget[]; unusual: UsageDay[]; spent: MonthSpend } | null;
  /** Agents whose runs currently fail. */
  failing: FailingAgent[];
  /** Actions that AWS denied the console's role, and when. */
  missing_permissions: { action: string; resource: string; needed_for: string; at: string }[];
  /** Tables that couldn't be read: their rows are missing above. */
  unread: { models: boolean; agents: boolean };
};

/** A rule, from a snapshot to its findings. */
export type Check = (snapshot: Snapshot) => Finding[];

/** The IDs of the providers that agents use. */
export function usedProviders({ agents }: Snapshot): Set<string> {
  return new Set(agents.flatMap(({ provider_id }) => provider_id ?? []));
}

/** The agents that resolve to each model, by the model's pk. */
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

/**
 * The action that leads to a model, for what only a person can decide.
 * @param label what to do there
 */
export function openModelAction({ pk }: CheckedModel, label: string): FixAction {
  return { label, href: pages.models({ model: pk }) };
}
