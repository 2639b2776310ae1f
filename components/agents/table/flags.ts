import { runtimePk } from "@/components/agents/switch/model-choice";
import type { StatusTone } from "@/components/ui/text/status";
import { agentTools } from "@/lib/agents/rules/tools";
import type { AgentRecord } from "@/lib/agents/schema";
import { pluralize } from "@/lib/format";
import type { ProviderRecord } from "@/lib/keys/schema";
import { availabilityLabel, isGone } from "@/lib/models/rules/availability";
import type { ModelRecord } from "@/lib/models/schema";

export type AgentFlag = {
  tone: Extract<StatusTone, "warn" | "bad">;
  /** A short label for the table. */
  label: string;
  /** The problem and its consequence. */
  detail: string;
};

type Facts = {
  /** The model that the agent resolves to, if registered. */
  model: ModelRecord | undefined;
  provider: ProviderRecord | undefined;
  /** The names that the runtime maps. */
  mapped: readonly string[];
};

/** An agent's problems that follow from models and keys, most severe first. */
export function agentFlags(agent: AgentRecord, { model, provider, mapped }: Facts): AgentFlag[] {
  const flags = [
    unresolved(agent),
    unmapped(agent, mapped),
    noTools(agent, model),
    keyTrouble(provider),
    gone(model),
    inactive(model),
    reverted(agent),
    defective(agent),
  ];
  return flags
    .filter((flag) => flag !== null)
    .sort((a, b) => Number(b.tone === "bad") - Number(a.tone === "bad"));
}

function unresolved(agent: AgentRecord): AgentFlag | null {
  if (!agent.llm_provider || !agent.llm_model) {
    return unnamed(agent);
  }
  if (agent.runtime?.read_by_machine === false) return neverRead(agent);
  const pk = runtimePk(agent);
  if (agent.resolves_to === null) {
    const detail = agent.unified
      ? `No model row ${pk}: the next invocation will fail when it looks the row up.`
      : `No model row ${pk}. The older caller does not read it, but nothing here knows its price or limits.`;
    return { tone: agent.unified ? "bad" : "warn", label: "Model not registered", detail };
  }
  if (!agent.unified || agent.resolves_to === pk) return null;
  return {
    tone: "bad",
    label: "Alias misses",
    detail: `The runtime looks up ${pk}, exactly as stored; the model is registered as ${agent.resolves_to}. The next invocation will fail when it looks the row up.`,
  };
}

function neverRead({ runtime }: AgentRecord): AgentFlag {
  const detail = `Its state machine reads ${runtime?.reads_version ?? "another row"}: this row never runs.`;
  return { tone: "warn", label: "Never read", detail };
}

/** A machine may have its own default, which is known only once its definition has been read. */
function unnamed({ unified, runtime, resolves_to }: AgentRecord): AgentFlag | null {
  if (!unified) return null;
  const byDefault = [runtime?.default_provider, runtime?.default_model].filter(Boolean).join("#");
  const label = "Names no model";
  if (byDefault && resolves_to === null) {
    const detail = `Its state machine uses ${byDefault} instead, which has no model row: the next invocation will fail.`;
    return { tone: "bad", label, detail };
  }
  const used = byDefault || "a default compiled into it";
  return {
    tone: "warn",
    label,
    detail: `Its row has no provider or no model: its state machine uses ${used}.`,
  };
}

/** Only for rows that exist, because a missing row has its own flag. */
function unmapped(agent: AgentRecord, mapped: readonly string[]): AgentFlag | null {
  const pk = runtimePk(agent);
  if (!agent.unified || pk === null || agent.resolves_to !== pk) return null;
  const [provider = ""] = pk.split("#");
  const { source, maps_provider = null } = agent.runtime ?? {};
  const isMapped = source === "definition" ? maps_provider !== false : mapped.includes(provider);
  if (isMapped) return null;
  const map =
    source === "definition"
      ? `The map of its state machine does not have “${provider}”.`
      : `The runtime cannot call “${provider}”: its map knows ${mapped.join(", ")}.`;
  const detail = `${map} The next invocation will fail with “missing field \`endpoint\`”.`;
  return { tone: "bad", label: "Provider not mapped", detail };
}

function noTools(agent: AgentRecord, model: ModelRecord | undefined): AgentFlag | null {
  const used = agentTools(agent.tools).filter((tool) => tool.enabled);
  if (model?.supports_tools !== false || used.length === 0) return null;
  return {
    tone: "bad",
    label: "No tool support",
    detail: `${model.display_name} does not support tools; the agent has ${used.length}.`,
  };
}

const keyLabels = {
  missing: "Key missing",
  placeholder: "Key is a placeholder",
  rejected: "Key rejected",
  expired: "Key expired",
};

function keyTrouble(provider: ProviderRecord | undefined): AgentFlag | null {
  const status = provider?.key.status;
  if (!provider || status === undefined || status === "stored" || status === "verified")
    return null;
  const label = keyLabels[status];
  return { tone: "bad", label, detail: `${label} at ${provider.name}: its runs fail.` };
}

/** The model's availability, labelled as on every other screen. */
function gone(model: ModelRecord | undefined): AgentFlag | null {
  if (!model || model.availability.state === "active") return null;
  const { availability, display_name } = model;
  const [tone, advice] = isGone(availability)
    ? (["bad", "calls to it fail"] as const)
    : (["warn", "choose a replacement in time"] as const);
  const detail = `${display_name}: ${advice}. ${availability.because}`;
  return { tone, label: availabilityLabel(availability), detail };
}

function inactive(model: ModelRecord | undefined): AgentFlag | null {
  if (!model || model.is_active) return null;
  return {
    tone: "warn",
    label: "Model inactive",
    detail: `${model.display_name} is inactive here. Runs go on until it is retired.`,
  };
}

function reverted({ reverted: revert }: AgentRecord): AgentFlag | null {
  if (!revert) return null;
  return {
    tone: "warn",
    label: "Reverted",
    detail: `${revert.set_by} set ${revert.attributes.join(", ")} here; something outside the console, such as a deploy, replaced it.`,
  };
}

function defective({ defects }: AgentRecord): AgentFlag | null {
  if (defects.length === 0) return null;
  return {
    tone: "warn",
    label: pluralize(defects.length, "defect"),
    detail: defects.join("; "),
  };
}
