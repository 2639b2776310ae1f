import { providerIdOfAgent } from "@/components/agents/switch/model-choice";
import { agentEntityId, compareVersions } from "@/lib/agents/rules/entity";
import { type AgentTool, agentTools } from "@/lib/agents/rules/tools";
import type { AgentRecord } from "@/lib/agents/schema";
import { formatProviderName } from "@/lib/format";
import type { ProviderRecord } from "@/lib/keys/schema";
import type { ModelRecord } from "@/lib/models/schema";
import type { RecentRuns, RecentRunsList } from "@/lib/run-health/schema";
import type { UsageFigures, UsageReport } from "@/lib/usage/schema";
import { type AgentFlag, agentFlags } from "./flags";

/** An agent with facts from the lists of models and providers. */
export type AgentRow = {
  id: string;
  agent: AgentRecord;
  /** The registered model that it resolves to. */
  model: ModelRecord | undefined;
  providerId: string;
  tools: AgentTool[];
  flags: AgentFlag[];
  /** Usage of all versions since the first of the month; undefined while loading. */
  month: UsageFigures | "no usage" | "not known" | undefined;
  /** Runs of the last 24 hours, or why they are unknown; undefined while loading. */
  recent:
    | (Pick<RecentRuns, "last_run_at" | "runs" | "failed"> & { shared?: string })
    | NotKnown
    | undefined;
  /** The agent's newest version, whose row shows the figures of the entire agent. */
  newest: string;
};

type NotKnown = { reason: string };

type Lists = {
  agents: readonly AgentRecord[];
  models: readonly ModelRecord[];
  providers: readonly ProviderRecord[];
  /** The names of providers that the runtime maps. */
  mapped: readonly string[];
  /** The month's usage by agent; undefined while loading, null if it failed. */
  month?: UsageReport | null;
  /** The recent runs of all agents; undefined while loading, null if that failed. */
  recent?: RecentRunsList | null;
};

export function agentRows({ agents, models, providers, mapped, month, recent }: Lists): AgentRow[] {
  const modelByPk = new Map(models.map((model) => [model.pk, model]));
  const providerById = new Map<string, ProviderRecord>(providers.map((entry) => [entry.id, entry]));
  const used = new Map(month?.groups.map((group) => [group.key, group]));
  const without = month === undefined ? undefined : month ? "no usage" : "not known";
  const recentOf = recentById(recent);
  const newest = newestVersions(agents);
  return agents.map((agent) => {
    const model = agent.resolves_to === null ? undefined : modelByPk.get(agent.resolves_to);
    const providerId = providerIdOfAgent(agent);
    const provider = providerById.get(providerId);
    return {
      id: agentEntityId(agent),
      agent,
      model,
      providerId,
      tools: agentTools(agent.tools),
      flags: agentFlags(agent, { model, provider, mapped }),
      month: used.get(agent.agent_name) ?? without,
      recent: recentOf(agentEntityId(agent)),
      newest: newest.get(agent.agent_name) ?? agent.version,
    };
  });
}

/** The newest version of each agent, by its name. */
function newestVersions(agents: readonly AgentRecord[]) {
  const newest = new Map<string, string>();
  for (const { agent_name, version } of agents) {
    const other = newest.get(agent_name);
    if (other === undefined || compareVersions(version, other) > 0) newest.set(agent_name, version);
  }
  return newest;
}

/** Figures and reasons by the agents' entity IDs. */
function recentById(recent: RecentRunsList | null | undefined) {
  const shared = new Map(recent?.shared.map((entry) => [agentEntityId(entry), entry.why]));
  const runsById = new Map<string, AgentRow["recent"]>([
    ...(recent?.unknown ?? []).map(
      (entry) => [agentEntityId(entry), { reason: entry.why }] as const,
    ),
    ...(recent?.agents ?? []).map((entry) => {
      const id = agentEntityId(entry);
      return [id, { ...entry, shared: shared.get(id) }] as const;
    }),
  ]);
  return (id: string): AgentRow["recent"] => {
    if (recent === undefined) return undefined;
    return runsById.get(id) ?? { reason: "The runs could not be read." };
  };
}

/** The share of failed runs; undefined without runs. */
export function failedShare({ recent }: Pick<AgentRow, "recent">): number | undefined {
  return recent && "runs" in recent && recent.runs > 0 ? recent.failed / recent.runs : undefined;
}

type AgentFilter = { q: string; status: string; provider: string; flagged: boolean };

/** Filters rows by every word of `q`, and by status, provider and flags. */
export function filterRows(
  rows: readonly AgentRow[],
  { q, status, provider, flagged }: AgentFilter,
) {
  const words = q.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(
    (row) =>
      (status === "" || (row.agent.status ?? notSet) === status) &&
      (provider === "" || row.providerId === provider) &&
      (!flagged || row.flags.length > 0) &&
      words.every((word) => haystack(row).includes(word)),
  );
}

function haystack({ agent, model, providerId }: AgentRow): string {
  const { agent_name, version, llm_provider, llm_model } = agent;
  return [
    agent_name,
    version,
    llm_provider,
    llm_model,
    model?.display_name,
    formatProviderName(providerId),
  ]
    .join("\n")
    .toLowerCase();
}

/** A missing status in the filter and the URL. */
export const notSet = "not set";
