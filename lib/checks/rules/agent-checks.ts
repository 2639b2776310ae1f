import { callTo } from "@/lib/addresses";
import { agentEntityId } from "@/lib/agents/rules/entity";
import { agentTools } from "@/lib/agents/rules/tools";
import type { AgentRecord } from "@/lib/agents/schema";
import type { Finding, FindingCode, FixAction } from "@/lib/findings/schema";
import { modelPk } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { disprovedUses } from "./disproved-uses";
import type { Check, CheckedModel, Snapshot } from "./snapshot";

type FindingDraft = Omit<Finding, "subject">;

/** A check that looks at one agent at a time, with the row it resolves to. */
function checkEachAgent(
  evaluate: (
    agent: AgentRecord,
    model: CheckedModel | null,
    snapshot: Snapshot,
  ) => FindingDraft | null,
): Check {
  return (snapshot) => {
    const byPk = new Map(snapshot.models.map((model) => [model.pk, model]));
    return snapshot.agents.flatMap((agent) => {
      const model = agent.resolves_to === null ? null : (byPk.get(agent.resolves_to) ?? null);
      const draft = evaluate(agent, model, snapshot);
      const subject = { kind: "agent", id: agentEntityId(agent) } as const;
      return draft ? [{ action: openAgent(agent), ...draft, subject }] : [];
    });
  };
}

function openAgent({ agent_name, version }: AgentRecord): FixAction {
  return { label: "Open the agent", href: pages.agent(agent_name, version) };
}

function error(code: FindingCode, title: string, evidence: string, fix: string): FindingDraft {
  return { code, severity: "error", title, evidence, fix };
}

function warning(code: FindingCode, title: string, evidence: string, fix: string): FindingDraft {
  return { code, severity: "warning", title, evidence, fix };
}

/** The key that a unified agent looks up, exactly as stored; null if there is none. */
function lookedUp({ unified, llm_provider, llm_model }: AgentRecord): string | null {
  if (!unified || !llm_provider || !llm_model) return null;
  return modelPk({ provider: llm_provider, model_id: llm_model });
}

export const agentModelMissing = checkEachAgent((agent) => {
  const unnamed = (["llm_provider", "llm_model"] as const).filter((name) => !agent[name]);
  if (agent.unified && unnamed.length > 0) {
    return error(
      "agent_model_missing",
      `${agent.agent_name} names no model`,
      `Its row has no ${unnamed.join(" and no ")}: the next run fails with "Missing field endpoint".`,
      "Choose a provider and a model.",
    );
  }
  const pk = lookedUp(agent);
  if (pk === null || agent.resolves_to !== null) return null;
  return error(
    "agent_model_missing",
    `${agent.agent_name} names a model that is not registered`,
    `No row "${pk}" in LLMModels: the next run fails with "Missing field endpoint".`,
    "Switch the agent to a registered model, or add this one.",
  );
});

export const agentAliasUnresolved = checkEachAgent((agent) => {
  const pk = lookedUp(agent);
  if (pk === null || agent.resolves_to === null || agent.resolves_to === pk) return null;
  const [llm_provider = "", llm_model = ""] = agent.resolves_to.split("#");
  const draft = error(
    "agent_alias_unresolved",
    `${agent.agent_name} names its provider by another name than the registry`,
    `The runtime looks up "${pk}", but the row is "${agent.resolves_to}": the next run fails with "Missing field endpoint".`,
    `Switch the agent to ${agent.resolves_to}.`,
  );
  return {
    ...draft,
    action: {
      label: `Switch to ${agent.resolves_to}`,
      ...callTo("updateAgent", { name: agent.agent_name, version: agent.version }),
      body: { llm_provider, llm_model },
    },
  };
});

export const agentProviderUnmapped = checkEachAgent((agent, _model, { runtime_providers }) => {
  if (lookedUp(agent) === null) return null;
  // If only the name differs, the alias is reported instead.
  const provider = agent.resolves_to?.split("#")[0] ?? agent.llm_provider ?? "";
  if (runtime_providers.includes(provider)) return null;
  return error(
    "agent_provider_unmapped",
    `The runtime of ${agent.agent_name} cannot call "${provider}"`,
    `Its map knows ${runtime_providers.join(", ")}: the next run fails with "Missing field endpoint".`,
    "Switch the agent to a provider that the runtime maps, or extend its map and RUNTIME_PROVIDERS.",
  );
});

export const agentModelInactive = checkEachAgent((agent, model) => {
  if (!model || model.is_active) return null;
  return warning(
    "agent_model_inactive",
    `${agent.agent_name} runs on a deactivated model`,
    `${model.pk} is not offered any more. The runtime does not look at that: the agent goes on with it.`,
    "Switch the agent to an active model, or activate this one.",
  );
});

export const agentToolsUnsupported = checkEachAgent((agent, model) => {
  const used = agentTools(agent.tools).filter((tool) => tool.enabled);
  if (!model || used.length === 0) return null;
  const { stranded } = disprovedUses(model, [agent]);
  if (model.supports_tools !== false && stranded.length === 0) return null;
  const names = used.map(({ name }) => name).join(", ");
  const why =
    stranded.length > 0
      ? `A probe of ${model.pk} on ${model.capabilities_proved?.tools?.at} showed that it does not.`
      : `The row of ${model.pk} says that it does not.`;
  return error(
    "agent_tools_unsupported",
    `${agent.agent_name} has tools, and its model does not support them`,
    `${why} The agent's tools: ${names}.`,
    "Switch the agent to a model that supports tools.",
  );
});

export const agentReverted = checkEachAgent((agent) => {
  const { reverted } = agent;
  if (!reverted) return null;
  const noticed = reverted.noticed_at ? `, noticed ${reverted.noticed_at}` : "";
  const draft = warning(
    "agent_reverted",
    `${agent.agent_name} was changed outside after it was set here`,
    `${reverted.attributes.join(", ")} set here by ${reverted.set_by} on ${reverted.set_at}, changed since${noticed}.`,
    "Set it back, or keep what is there now.",
  );
  if (reverted.event_id === null) return draft;
  return {
    ...draft,
    action: {
      label: "Set it back",
      ...callTo("rollbackAgent", { name: agent.agent_name, version: agent.version }),
      body: { event_id: reverted.event_id },
    },
  };
});

export const agentDefective = checkEachAgent((agent) => {
  if (agent.defects.length === 0) return null;
  return warning(
    "agent_defective",
    `The row of ${agent.agent_name} has faults`,
    `${agent.defects.join("; ")}.`,
    "Deploy the agent again, or repair the row.",
  );
});
