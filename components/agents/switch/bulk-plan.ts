import type { AgentRow } from "@/components/agents/table/agent-rows";
import type { SelectOption } from "@/components/ui/form/select";
import { agentEntityId } from "@/lib/agents/rules/entity";
import type { AgentSwitch, BulkSwitch } from "@/lib/agents/schema";
import { formatProviderName, pluralize } from "@/lib/format";
import type { ModelRecord } from "@/lib/models/schema";

/** All agents of a provider, or those on one of its models. */
export type BulkSource = { providerId: string; modelId: string };

/** The ID of the registered model, or else the row's model ID; "" if there is none. */
function modelIdOf({ model, agent }: AgentRow): string {
  return model?.model_id ?? agent.llm_model ?? "";
}

export function matchesSource(row: AgentRow, { providerId, modelId }: BulkSource): boolean {
  return row.providerId === providerId && (modelId === "" || modelIdOf(row) === modelId);
}

/** The providers that agents run on. */
export function sourceProviders(rows: readonly AgentRow[]): SelectOption[] {
  return counted(rows.map(({ providerId }) => [providerId, formatProviderName(providerId)]));
}

/** The models that a provider's agents run on, after an option for all of them. */
export function sourceModels(rows: readonly AgentRow[], providerId: string): SelectOption[] {
  const ofProvider = rows.filter((row) => row.providerId === providerId);
  return [
    { value: "", label: "All its models", description: pluralize(ofProvider.length, "agent") },
    ...counted(
      ofProvider.map((row) => [modelIdOf(row), row.model?.display_name ?? modelIdOf(row)]),
    ),
  ];
}

function counted(entries: readonly (readonly [id: string, label: string])[]): SelectOption[] {
  const counts = new Map<string, { label: string; count: number }>();
  for (const [id, label] of entries) {
    if (id !== "") counts.set(id, { label, count: (counts.get(id)?.count ?? 0) + 1 });
  }
  return [...counts]
    .map(([value, { label, count }]) => ({ value, label, description: pluralize(count, "agent") }))
    .sort((a, b) => a.label.localeCompare(b.label, "en"));
}

type BulkRequestInput = {
  selected: readonly AgentRow[] | null;
  source: BulkSource;
  to: ModelRecord;
};

/** The request body; null until the agents are known. */
export function bulkRequest({ selected, source, to }: BulkRequestInput): BulkSwitch | null {
  const target = { provider: to.provider, model_id: to.model_id };
  if (selected !== null) {
    const agents = selected.map(({ agent: { agent_name, version } }) => ({ agent_name, version }));
    return { agents, to: target };
  }
  const { providerId, modelId } = source;
  if (providerId === "") return null;
  return {
    from: { provider: providerId, ...(modelId !== "" && { model_id: modelId }) },
    to: target,
  };
}

/** Whether only findings block the switch, so that a reason can override them. */
export function isBlocked({ outcome, findings }: AgentSwitch): boolean {
  return outcome === "refused" && findings.some(({ severity }) => severity === "error");
}

const ranks: Record<AgentSwitch["outcome"], number> = {
  refused: 0,
  pending: 1,
  would_switch: 3,
  switched: 3,
  unchanged: 4,
};

/** Refused agents first, then those with findings, then by name. */
export function worstFirst(agents: readonly AgentSwitch[]): AgentSwitch[] {
  const rank = ({ outcome, findings }: AgentSwitch) =>
    outcome === "would_switch" && findings.length > 0 ? 2 : ranks[outcome];
  return [...agents].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      agentEntityId(a).localeCompare(agentEntityId(b), "en", { numeric: true }),
  );
}
