import type { AgentRecord, TraceStep } from "@/lib/agents/schema";
import type { Finding } from "@/lib/findings/schema";
import { formatUtcMinute, pluralize } from "@/lib/format";
import type { ProviderKey } from "@/lib/keys/schema";
import { noAnswer } from "@/lib/models/rules/answered";
import type { ModelFindings } from "@/lib/models/rules/evidence";
import {
  type OtherModel,
  type RuntimeFacts,
  requestVerdict,
} from "@/lib/models/rules/runtime-callable";
import type { AgentRequest } from "@/lib/models/rules/runtime-tests";
import type { LastTest } from "@/lib/models/schema";
import { type ProviderId, providerIdOf, providerInfo } from "@/lib/providers/schema";
import { providerRefusal } from "@/lib/runtime/rules/provider-refusals";
import type { RunFailure } from "@/lib/runtime/schema";
import { agentTools } from "./tools";

/** The row that the runtime looks up. */
export type TracedModel = {
  /** `llm_provider#llm_model`, exactly as the runtime builds it. */
  looked_up: string;
  found: boolean;
  /** Why the row can't be parsed. The runtime reads only its key. */
  reasons: string[];
  /** The result of the tools probe, or else the row's value. */
  takes_tools: boolean | null;
  is_active: boolean;
  last_test: LastTest | null;
  /** Findings against the model from tests, probes, the provider's list and its lifecycle. */
  findings: ModelFindings;
  /** What is known of the runtime's request to the model; null without a readable row. */
  runtime: RuntimeFacts | null;
};

export type RuntimeTarget = { provider: string; model_id: string; provider_id: ProviderId | null };

/**
 * Parses a key as the runtime does: split at #, the first part is the provider and the second the
 * model.
 */
export function parseRuntimeTarget(pk: string): RuntimeTarget {
  const [provider = "", model_id = ""] = pk.split("#");
  return { provider, model_id, provider_id: providerIdOf(provider) };
}

/** The row that an alias resolves to, and other models in case that one would fail too. */
export type AliasFix = { pk: string; works: boolean; others: readonly OtherModel[] };

/** Suggests only models that the agent's own preflight accepts. */
export function describeAliasFix({ pk, works, others }: AliasFix): string {
  if (works) return `Switch the agent to ${pk}.`;
  const names = others.map(({ display_name }) => display_name).join(", ");
  return `Switch the agent to another model${names && `, such as ${names}`}: ${pk} would fail too.`;
}

export type TraceFacts = {
  agent: Pick<
    AgentRecord,
    | "agent_name"
    | "version"
    | "unified"
    | "llm_provider"
    | "llm_model"
    | "provider_id"
    | "system_prompt"
    | "tools"
    | "resolves_to"
    | "defects"
  >;
  /** Null if the row names no provider or no model. */
  model: TracedModel | null;
  /** The row to switch to if the agent's row names its model by an alias. */
  alias: AliasFix | null;
  /** Provider and model that the runtime parses from the key; null if `model` is null. */
  sent: RuntimeTarget | null;
  runtimeProviders: readonly string[];
  /** The URL that the runtime would call; null for an unknown provider. */
  endpoint: string | null;
  /** Bedrock's refusal of the model ID in the runtime's region; null if none is known. */
  refusedId: { code: Finding["code"]; detail: string; fix: string } | null;
  key: ProviderKey | null;
  /** True if the secret's value for the key isn't a string. Callers ignore such a value. */
  keyIsNoString: boolean;
  /** The name of the secret that the console reads. */
  secretPath: string;
};

/** A step, with members that only `pathOf` needs. */
export type TraceStepDraft = TraceStep & { failsWith?: RunFailure; stops?: boolean };

/** A step that works. */
export function ok(step: TraceStep["step"], value: string | null, detail: string): TraceStepDraft {
  return { step, status: "ok", value, detail, fix: null, state: null };
}

/** A step that can't be judged. */
export function unknown(step: TraceStep["step"], detail: string): TraceStepDraft {
  return { ...ok(step, null, detail), status: "unknown" };
}

/** Whether a call can use the key. */
export function isKeyUsable(key: ProviderKey | null): boolean {
  return key?.status === "stored" || key?.status === "verified";
}

export const keyStatusText = {
  verified: "The provider accepted it.",
  stored: "Not tried since it was saved.",
  rejected: "The provider rejected it.",
  expired: "It has expired.",
  missing: "There is no key.",
  placeholder: "It is a placeholder, not a key.",
} as const;

/** The call at the end of a trace. */
export type Call = {
  provider: string;
  /** The names of the tools that are sent. */
  tools: readonly string[];
  /** Whether the run is known up to its call. */
  isFollowed: boolean;
  state?: string | null;
};

type Sent = Call & {
  /** Null if nothing is known of the request. */
  request: AgentRequest | null;
  temperature: number | null;
};

/** Whether the provider accepts the caller's request, according to a test or a document. */
export function requestStep({ model }: Pick<TraceFacts, "model">, sent: Sent): TraceStepDraft {
  const { provider, request, temperature, state = null } = sent;
  if (!request || !model?.runtime)
    return { ...unknown("request", "The model's row can't be read."), state };
  if (retirementOf(model)) {
    const detail = "The provider refuses a retired model before it reads the request.";
    return { ...unknown("request", detail), state };
  }
  const { status, detail, fix, would_fail_with } = requestVerdict(model.runtime, {
    ...request,
    provider,
    temperature,
    state,
  });
  return {
    ...ok("request", null, detail),
    status,
    fix,
    state,
    ...(would_fail_with && { failsWith: would_fail_with }),
  };
}

/** The names of the tools in the row's entries. */
export function namedTools({ agent }: TraceFacts): string[] {
  return agentTools(agent.tools).map(({ name }) => name);
}

/**
 * The finding that the provider has retired the model, from its row, the provider's list or its
 * documents.
 */
function retirementOf({ findings: { blocking, warnings } }: TracedModel): Finding | undefined {
  return [...blocking, ...warnings].find(({ code }) => code === "model_retired");
}

/** The model's last test, and whether the model refuses the agent's tools. */
export function lastTest(
  { model }: Pick<TraceFacts, "model">,
  { provider, tools, state, isFollowed }: Call,
): TraceStepDraft {
  const test = model?.last_test;
  const retired = model && retirementOf(model);
  const retirement = isFollowed || retired?.severity === "error" ? retired : undefined;
  const retiredFinding = retirement ?? model?.findings.blocking[0];
  // A provider looks up the model before it reads the request.
  if (!retirement && model?.takes_tools === false && tools.length > 0) {
    return {
      ...ok("last_test", null, ""),
      status: "broken",
      detail: `The model does not support tools, and the agent sends ${pluralize(tools.length, "tool")} (${tools.join(", ")}): the provider refuses the call.`,
      fix: "Switch to a model that supports tools.",
      failsWith: providerRefusal(provider, "tools", state),
    };
  }
  if (retiredFinding) {
    return {
      ...ok(
        "last_test",
        test?.outcome ?? null,
        `${retiredFinding.title}. ${retiredFinding.evidence}`,
      ),
      status: "broken",
      fix: retiredFinding.fix,
      failsWith: providerRefusal(
        provider,
        retirement ? "model_retired" : (test?.outcome ?? "unknown_model"),
        state,
      ),
    };
  }
  const warning = model?.findings.warnings[0];
  if (warning) {
    return {
      ...ok("last_test", test?.outcome ?? null, `${warning.title}. ${warning.evidence}`),
      status: "warning",
      fix: warning.fix,
    };
  }
  if (!test) {
    const detail = "The model was never tested here.";
    return { ...ok("last_test", null, detail), status: "unknown", fix: "Test it as this agent." };
  }
  const words =
    test.outcome === "ok"
      ? "Answered"
      : test.outcome === noAnswer
        ? "Reached max tokens before it answered"
        : `Failed with ${test.outcome}`;
  const detail = `${words} on ${formatUtcMinute(test.at)}${test.simulated ? ", simulated" : ""}.`;
  if (test.outcome === "ok") return ok("last_test", test.outcome, detail);
  return {
    ...ok("last_test", test.outcome, detail),
    status: "warning",
    fix: "Test it again as this agent.",
  };
}

/** The name of the provider's key in the secret; null for an unknown provider. */
export function keyName(id: ProviderId | null): string | null {
  return id && providerInfo(id).secret_key_name;
}
