import type { AgentRecord } from "@/lib/agents/schema";
import type { CapabilitiesProved } from "@/lib/capabilities/schema";
import type { BedrockCatalog } from "@/lib/discovery/schema";
import type { Finding } from "@/lib/findings/schema";
import { pluralize } from "@/lib/format";
import type { KeyStatus, SecretEntry } from "@/lib/keys/schema";
import type { ModelFindings } from "@/lib/models/rules/evidence";
import { alwaysRefused } from "@/lib/models/rules/known-refusals";
import {
  type OtherModel,
  type RuntimeFacts,
  runtimeFindings,
} from "@/lib/models/rules/runtime-callable";
import { lastRuntimeTest } from "@/lib/models/rules/runtime-tests";
import type { RuntimeEvidence } from "@/lib/models/schema";
import { type ProviderId, providerInfo } from "@/lib/providers/schema";
import { agentRequestOf } from "./agent-request";
import {
  type AgentRun,
  configOf,
  type DefinedRun,
  isFollowed,
  rowFinding,
  sentTools,
  stateFinding,
  survivesCall,
  toolsFinding,
} from "./agent-run";
import { bedrockFinding, isInAddress, refusesId } from "./bedrock-finding";
import { agentEntityId } from "./entity";
import { payloadFinding } from "./payload";
import { agentTools } from "./tools";

/** The model that an agent is to run on. */
export type Target = {
  pk: string;
  provider: string;
  provider_id: string;
  model_id: string;
  supports_tools: boolean | null;
  capabilities_proved: CapabilitiesProved | null;
};

/** What a switch to one model depends on, for any agent. */
export type SwitchContext = {
  target: Target;
  keyStatus: KeyStatus;
  /** The value in the secret under the name that the caller looks up. */
  keyEntry: SecretEntry["value"];
  /**
   * The name that the caller looks up, from the machine's definition; the provider's default if
   * unknown.
   */
  keyName: string | null;
  runtimeProviders: readonly string[];
  /** Bedrock's list in the runtime's region; null if it couldn't be read or isn't needed. */
  bedrockCatalog: BedrockCatalog | null;
  /** The day on which the model retires, according to the provider's own list. */
  listedRetiresOn?: string | null;
  /** Findings against the model from tests, probes, the provider's list and its lifecycle. */
  modelFindings: ModelFindings;
  /** The agent's next run on the target model. */
  run: AgentRun;
  /** What is known of the runtime's request to the target model. */
  runtime: RuntimeFacts;
  /** Alternative models to name in a finding that asks for another one. */
  callable: readonly OtherModel[];
};

export type PreflightAgent = Pick<
  AgentRecord,
  "agent_name" | "version" | "unified" | "tools" | "parameters"
>;
type Facts = SwitchContext & { agent: PreflightAgent };

/** Findings that make the agent's next invocation fail on this model. */
export function blockingFindings(facts: Facts): Finding[] {
  return switchFindings(facts).blocking;
}

/**
 * Findings that make the agent's next invocation fail on this model, and those that may make later
 * ones fail.
 */
export function switchFindings(facts: Facts): ModelFindings {
  const { blocking, warnings } = findingsOfCall(facts);
  if (!survivesCall(facts.run)) return { blocking, warnings };
  return { blocking: [], warnings: [...blocking.map(asCaught), ...warnings] };
}

/** Findings of the model call, whether or not the machine catches its failure. */
function findingsOfCall(facts: Facts): ModelFindings {
  const own = [mapping(facts), key(facts), definitions(facts), tools(facts), region(facts)];
  const [model, request] = [modelFindingsOf(facts), requestFindings(facts)];
  const blocking = [
    ...own.filter((finding) => finding !== null),
    ...model.blocking,
    ...request.blocking,
  ];
  return { blocking, warnings: [...request.warnings, ...model.warnings] };
}

/** A finding of a call whose failure the machine catches. */
export const asCaught = (finding: Finding): Finding => ({
  ...finding,
  severity: "warning",
  evidence: `${finding.evidence} The machine catches that, and the run goes on without the model.`,
});

/** A documented retirement blocks only if the run is certain to call the model. */
function modelFindingsOf({ modelFindings, run }: Facts): ModelFindings {
  const { blocking, warnings } = modelFindings;
  const certain = isFollowed(run) ? warnings.filter(({ code }) => code === "model_retired") : [];
  return {
    blocking: [
      ...blocking,
      ...certain.map((finding) => ({ ...finding, severity: "error" as const })),
    ],
    warnings: warnings.filter((finding) => !certain.includes(finding)),
  };
}

/** What tests and documents show about the request that the agent's caller would send. */
export function requestFindings(facts: Facts): ModelFindings {
  const request = agentRequestOf(facts.agent, facts.run);
  if (!request) return { blocking: [], warnings: [] };
  return runtimeFindings(facts.runtime, request, facts.callable);
}

/**
 * Whether the console suggests the model for the agent: nothing blocks it, even where the machine
 * catches the failure, and no document says that the model is retired or refuses every request of
 * the runtime, even where that is only a warning.
 */
export function isSuggestible(facts: Facts): boolean {
  const { target, modelFindings } = facts;
  const isDoubted = requestFindings(facts).warnings.length > 0;
  const isRefused = isDoubted && alwaysRefused(target.provider_id, target.model_id).length > 0;
  const isRetired = modelFindings.warnings.some(({ code }) => code === "model_retired");
  return findingsOfCall(facts).blocking.length === 0 && !isRefused && !isRetired;
}

/** The last test of that request; null if it was never tested. */
export function lastRequestTest(facts: Facts): RuntimeEvidence | null {
  const request = agentRequestOf(facts.agent, facts.run);
  return request && lastRuntimeTest(facts.runtime.runtime_evidence, request);
}

function agentSubject({ agent }: Facts) {
  return { kind: "agent", id: agentEntityId(agent) } as const;
}

/** A finding if the row, its tools or another state makes every run fail before the model call. */
function definitions({ agent, run }: Facts): Finding | null {
  if (run.source !== "definition" || !run.isRead) return null;
  return (
    rowFinding(agent, run) ??
    toolsFinding(agent, run) ??
    stateFinding(agent, run) ??
    payloadFinding(agent, run)
  );
}

function mapping(facts: Facts): Finding | null {
  const { agent, target, runtimeProviders, run } = facts;
  if (!agent.unified || runtimeProviders.includes(target.provider)) return null;
  if (run.source === "definition" && run.isRead && !missesMap(agent, run)) return null;
  return {
    code: "agent_provider_unmapped",
    severity: "error",
    subject: agentSubject(facts),
    title: `The runtime cannot call "${target.provider}"`,
    evidence: `Its map knows ${runtimeProviders.join(", ")}. The run would fail with "missing field \`endpoint\`".`,
    fix: `Choose a model of a provider that the runtime knows, or ${run.source === "definition" ? "deploy the agent with a map that has it" : "extend its map and RUNTIME_PROVIDERS"}.`,
  };
}

/** False if the run ends in an earlier state, ends in success, or can't be followed that far. */
function missesMap(agent: PreflightAgent, run: DefinedRun): boolean {
  const { kind } = run.run.end;
  // The map was found by a run on sample rows; a real run may end before it.
  if (kind === "called") return typeof configOf(run).endpoint !== "string";
  return kind === "failed" && stateFinding(agent, run) === null;
}

const keyFindings = {
  missing: { code: "key_missing", verb: "has no key", fix: "Paste a key under API keys." },
  placeholder: {
    code: "key_placeholder",
    verb: "has a placeholder for its key",
    fix: "Paste the key under API keys.",
  },
  rejected: {
    code: "key_rejected",
    verb: "rejected its key",
    fix: "Paste a key that works under API keys.",
  },
  unsendable: {
    code: "key_rejected",
    verb: "has a key with a control character in it, which no request can carry",
    fix: "Paste the key again under API keys, which removes such characters.",
  },
  expired: {
    code: "key_expired",
    verb: "has an expired key",
    fix: "Paste a new key under API keys.",
  },
} as const;

function key({ target, keyStatus, keyEntry, keyName }: Facts): Finding | null {
  const isUsable = keyStatus === "stored" || keyStatus === "verified";
  if (isUsable && keyEntry === "text") return null;
  const problem = keyEntry === "unsendable" ? keyEntry : "missing";
  const { code, verb, fix } = keyFindings[isUsable ? problem : keyStatus];
  // A target whose key state is known is of a known provider.
  const info = providerInfo(target.provider_id as ProviderId);
  return {
    code,
    severity: "error",
    subject: { kind: "key", id: info.id },
    title: `${info.name} ${verb}`,
    evidence: `The agent's caller takes ${keyName ?? info.secret_key_name} from the secret.`,
    fix,
  };
}

function tools(facts: Facts): Finding | null {
  const used = usedTools(facts);
  const isDisproved = facts.target.capabilities_proved?.tools?.verdict === "disproved";
  if ((facts.target.supports_tools !== false && !isDisproved) || used.length === 0) return null;
  return {
    code: "agent_tools_unsupported",
    severity: "error",
    subject: agentSubject(facts),
    title: `${facts.target.model_id} does not support tools`,
    evidence: `The agent has ${pluralize(used.length, "tool")}: ${used.join(", ")}.${isDisproved ? " A probe has shown it." : ""}`,
    fix: "Choose a model that supports tools.",
  };
}

/** The tools that the machine sends, enabled or not; if unknown, the tools that the row enables. */
function usedTools({ agent, run }: Facts): string[] {
  const sent = run.source === "definition" ? sentTools(run) : null;
  if (sent) return sent;
  return agentTools(agent.tools)
    .filter((tool) => tool.enabled)
    .map(({ name }) => name);
}

function region({ agent, target, bedrockCatalog, run }: Facts): Finding | null {
  if (target.provider_id !== "bedrock") return null;
  if (agent.unified && isFollowed(run) && !isInAddress(target.model_id)) return null;
  const finding = bedrockFinding(target.pk, target.model_id, bedrockCatalog);
  return finding && refusesId(finding.code, run) ? finding : null;
}
