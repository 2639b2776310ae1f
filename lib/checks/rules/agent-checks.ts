import { callTo } from "@/lib/addresses";
import {
  configOf,
  type DefinedRun,
  deployFix,
  goneFinding,
  promptFinding,
  readRowOf,
  rowFinding,
  sentTools,
  stateFinding,
  stopOf,
  toolsFinding,
} from "@/lib/agents/rules/agent-run";
import { agentEntityId } from "@/lib/agents/rules/entity";
import { payloadFinding } from "@/lib/agents/rules/payload";
import { agentTools } from "@/lib/agents/rules/tools";
import { lookedUpPk } from "@/lib/agents/rules/trace-definition";
import { describeAliasFix } from "@/lib/agents/rules/trace-links";
import type { AgentRecord } from "@/lib/agents/schema";
import type { Finding, FindingCode, FixAction } from "@/lib/findings/schema";
import { formatUtcMinute, pluralize } from "@/lib/format";
import { knownModel } from "@/lib/models/rules/known-models";
import { isSuggestibleId } from "@/lib/models/rules/suggestible-ids";
import { modelPk } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { isProviderId } from "@/lib/providers/schema";
import type { UnreadableKind } from "@/lib/runtime/rules/machine-reading";
import { queryEvaluationError } from "@/lib/runtime/rules/run-failures";
import { disprovedUses } from "./disproved-uses";
import { linkLabel } from "./link-labels";
import { type Check, type CheckedModel, groupBy, type Snapshot } from "./snapshot";

type FindingDraft = Omit<Finding, "subject">;

/** A check of one agent at a time, with the row that it resolves to. */
function checkEachAgent(
  evaluate: (
    agent: AgentRecord,
    model: CheckedModel | null,
    snapshot: Snapshot,
    /** The agent's next run; null if its definition wasn't read. */
    run: DefinedRun | null,
  ) => FindingDraft | null,
): Check {
  return (snapshot) => {
    const byPk = new Map(snapshot.models.map((model) => [model.pk, model]));
    return snapshot.agents.flatMap((agent) => {
      const model = agent.resolves_to === null ? null : (byPk.get(agent.resolves_to) ?? null);
      const latestRun = snapshot.runs.get(agentEntityId(agent));
      const run = latestRun?.source === "definition" ? latestRun : null;
      const draft = evaluate(agent, model, snapshot, run);
      const subject = { kind: "agent", id: agentEntityId(agent) } as const;
      return draft ? [{ action: openAgent(agent, draft.code), ...draft, subject }] : [];
    });
  };
}

function openAgent({ agent_name, version }: AgentRecord, code: FindingCode): FixAction {
  return { label: linkLabel(code, "See the agent"), href: pages.agent(agent_name, version) };
}

function error(code: FindingCode, title: string, evidence: string, fix: string): FindingDraft {
  return { code, severity: "error", title, evidence, fix };
}

function warning(code: FindingCode, title: string, evidence: string, fix: string): FindingDraft {
  return { code, severity: "warning", title, evidence, fix };
}

/** The key that a unified agent looks up, exactly as stored; null if there is none. */
function lookupKey(
  { unified, llm_provider, llm_model }: AgentRecord,
  run: DefinedRun | null,
): string | null {
  if (run) return run.isRead ? lookedUpPk(run) : null;
  if (!unified || !llm_provider || !llm_model) return null;
  return modelPk({ provider: llm_provider, model_id: llm_model });
}

function stopsAtModelRow(run: DefinedRun): boolean {
  const stop = stopOf(run);
  return stop?.step === "model_row" && stop.isOwn;
}

/** How a run fails if it finds no model row. */
function missingRow(run: DefinedRun | null): string {
  const stop = run && stopOf(run);
  const text = stop?.kind === "failed" ? stop.text : "'Assign/llm_config' returned nothing.";
  return `the next run fails with ${queryEvaluationError}: ${text}`;
}

export const agentModelMissing = checkEachAgent((agent, _model, { now }, run) => {
  const unnamed = (["llm_provider", "llm_model"] as const).filter((name) => !agent[name]);
  if (!run && agent.unified && unnamed.length > 0) {
    return warning(
      "agent_model_missing",
      `${agent.agent_name} names no model`,
      `Its row has no ${unnamed.join(" and no ")}: its runs use a default compiled into its state machine, which the console can't see.`,
      "Choose a provider and a model.",
    );
  }
  const pk = lookupKey(agent, run);
  if (pk === null || agent.resolves_to !== null) return null;
  if (run && !stopsAtModelRow(run)) return null;
  const draft = error(
    "agent_model_missing",
    `${agent.agent_name} names a model that is not registered`,
    `No row "${pk}" in LLMModels: ${missingRow(run)}`,
    "Switch the agent to a registered model, or add this one.",
  );
  return isOffered(pk, now)
    ? { ...draft, action: { label: `Add ${pk}`, href: pages.addModel(pk) } }
    : draft;
});

/** Whether the provider still offers the model of this key, as the runtime parses it. */
function isOffered(pk: string, now: number): boolean {
  const [provider = "", ...id] = pk.split("#");
  const modelId = id.join("#");
  const isKnown = isProviderId(provider) && knownModel(provider, modelId) !== null;
  return isKnown && isSuggestibleId(provider, modelId, now);
}

export const agentAliasUnresolved = checkEachAgent((agent, _model, snapshot, run) => {
  const pk = lookupKey(agent, run);
  if (pk === null || agent.resolves_to === null || agent.resolves_to === pk) return null;
  if (run && !stopsAtModelRow(run)) return null;
  const [llm_provider = "", llm_model = ""] = agent.resolves_to.split("#");
  const works = snapshot.aliases_that_work.has(agentEntityId(agent));
  const draft = error(
    "agent_alias_unresolved",
    `${agent.agent_name} names its provider by another name than the registry`,
    `The runtime looks up "${pk}", but the row is "${agent.resolves_to}": ${missingRow(run)}`,
    describeAliasFix({ pk: agent.resolves_to, works, others: [] }),
  );
  if (!works) return draft;
  return {
    ...draft,
    action: {
      label: `Switch to ${agent.resolves_to}`,
      ...callTo("updateAgent", { name: agent.agent_name, version: agent.version }),
      body: { llm_provider, llm_model },
    },
  };
});

export const agentProviderUnmapped = checkEachAgent((agent, _model, { runtime_providers }, run) => {
  const pk = lookupKey(agent, run);
  if (pk === null) return null;
  const fails = 'the next run fails with "missing field `endpoint`".';
  if (run) {
    const isMapped = typeof configOf(run).endpoint === "string";
    if (run.outline.shape !== "unified" || run.run.end.kind !== "called" || isMapped) return null;
    const [provider = ""] = pk.split("#");
    return error(
      "agent_provider_unmapped",
      `The state machine of ${agent.agent_name} cannot call "${provider}"`,
      `The map in ${run.machine.name} does not have it: ${fails}`,
      "Switch the agent to a provider that its state machine maps, or deploy it with a map that has this one.",
    );
  }
  // A provider name that is only an alias is reported by another check.
  const provider = agent.resolves_to?.split("#")[0] ?? agent.llm_provider ?? "";
  if (runtime_providers.includes(provider)) return null;
  return error(
    "agent_provider_unmapped",
    `The runtime of ${agent.agent_name} cannot call "${provider}"`,
    `Its map knows ${runtime_providers.join(", ")}: ${fails}`,
    "Switch the agent to a provider that the runtime maps, or extend its map and RUNTIME_PROVIDERS.",
  );
});

const toolsCheck = (code: FindingCode) =>
  checkEachAgent((agent, _model, _snapshot, run) => {
    const finding = run?.isRead ? toolsFinding(agent, run) : null;
    return finding?.code === code ? finding : null;
  });

export const agentToolUnregistered = toolsCheck("agent_tool_unregistered");
export const agentToolsUnreadable = toolsCheck("agent_tools_unreadable");

export const definitionUnreadable: Check = ({ agents, runs }) => {
  const assumed = agents.flatMap((agent) => {
    const run = runs.get(agentEntityId(agent));
    return run?.source === "assumed" && run.unreadable.kind !== "not_read"
      ? [{ agent, ...run.unreadable }]
      : [];
  });
  const denied = assumed.filter(({ kind }) => kind === "not_permitted");
  return [
    ...[...groupBy(denied, ({ statement }) => statement ?? "")].map(([statement, deniedAgents]) =>
      notPermitted(deniedAgents.length, statement),
    ),
    ...assumed
      .filter(({ kind }) => kind !== "not_permitted")
      .map(({ agent, ...unread }): Finding => {
        const { kind, why, statement } = unread;
        const gone = goneFinding(agent, unread);
        if (gone) return { ...gone, severity: "error", action: openAgent(agent, gone.code) };
        return {
          code: "definition_unreadable",
          severity: "info",
          subject: { kind: "agent", id: agentEntityId(agent) },
          title: `The state machine of ${agent.agent_name} can't be read`,
          evidence: `${why} What is said of its next run is assumed from the console's configuration.`,
          fix: unreadableFix(kind),
          action: openAgent(agent, "definition_unreadable"),
          ...(statement && { snippet: statement }),
        };
      }),
  ];
};

function notPermitted(count: number, statement: string): Finding {
  return {
    code: "definition_unreadable",
    severity: "warning",
    subject: { kind: "permission", id: "states:DescribeStateMachine" },
    title: "The console may not read state machines",
    evidence: `${pluralize(count, "agent is", "agents are")} judged by the console's configuration instead of by what really runs.`,
    fix: "Add the policy statement to the role, then check the permissions.",
    ...(statement && { snippet: statement }),
  };
}

function unreadableFix(kind: UnreadableKind): string {
  switch (kind) {
    case "no_arn":
      return deployFix;
    case "encrypted":
      return "Let the console's role decrypt with the machine's key.";
    case "other_account":
      return "Look at the machine in its own account.";
    default:
      return "Look at the machine in the Step Functions console.";
  }
}

/** A row of a version that the machine doesn't read has no effect. */
export const agentNeverRead = checkEachAgent((agent, _model, _snapshot, run) => {
  if (!run || run.isRead) return null;
  return {
    code: "agent_defective",
    severity: "info",
    title: `${agent.agent_name} ${agent.version} is never read by its machine`,
    evidence: `${run.machine.name} reads ${readRowOf(run)}.`,
    fix: "Retire this row, or deploy a machine that reads it.",
  };
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

export const agentToolsUnsupported = checkEachAgent((agent, model, _snapshot, run) => {
  const enabled = agentTools(agent.tools).flatMap((tool) => (tool.enabled ? [tool.name] : []));
  const used = (run && sentTools(run)) ?? enabled;
  if (!model || used.length === 0) return null;
  const { stranded } = disprovedUses(model, [{ tools: used }]);
  if (model.supports_tools !== false && stranded.length === 0) return null;
  const names = used.join(", ");
  const why =
    stranded.length > 0
      ? `A probe of ${model.pk} on ${formatUtcMinute(model.capabilities_proved?.tools?.at ?? "")} showed that it does not.`
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
  const noticed = reverted.noticed_at ? `, noticed ${formatUtcMinute(reverted.noticed_at)}` : "";
  const draft = warning(
    "agent_reverted",
    `${agent.agent_name} was changed outside after it was set here`,
    `${reverted.attributes.join(", ")} set here by ${reverted.set_by} on ${formatUtcMinute(reverted.set_at)}, changed since${noticed}.`,
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

export const agentDefective = checkEachAgent((agent, _model, { runs }, run) => {
  const latestRun = runs.get(agentEntityId(agent));
  const fails = run?.isRead
    ? (stateFinding(agent, run) ?? rowFinding(agent, run) ?? payloadFinding(agent, run))
    : latestRun && promptFinding(agent, latestRun);
  if (fails) return fails;
  if (run && !run.isRead) return null;
  if (agent.defects.length === 0) return null;
  return warning(
    "agent_defective",
    `The row of ${agent.agent_name} has faults`,
    `${agent.defects.join("; ")}.`,
    "Deploy the agent again, or repair the row.",
  );
});
