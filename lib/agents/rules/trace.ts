import type { Trace, TraceStep } from "@/lib/agents/schema";
import { callerFailure, callState } from "@/lib/runtime/rules/caller-failure";
import type { Unreadable } from "@/lib/runtime/rules/machine-reading";
import { providerRefusal } from "@/lib/runtime/rules/provider-refusals";
import { queryEvaluationError } from "@/lib/runtime/rules/run-failures";
import { agentRequestOf } from "./agent-request";
import { deployFix } from "./agent-run";
import { agentEntityId } from "./entity";
import { assumedTools, promptMissing } from "./trace-generated";
import {
  describeAliasFix,
  isKeyUsable,
  keyName,
  keyStatusText,
  lastTest,
  namedTools,
  ok,
  requestStep,
  type TracedModel,
  type TraceFacts,
  type TraceStepDraft,
  unknown,
} from "./trace-links";
import { olderAgentSteps } from "./trace-older";

/** The version that generated state machines read (docs/contract.md, Runtime). */
const runtimeVersion = "v1.0";

export type Path = Pick<Trace, "ok" | "would_fail_with" | "steps">;

/** The path of a run whose machine's definition can't be read, assumed from the configuration. */
export function assumedTrace(facts: TraceFacts, unreadable: Unreadable): Path {
  const [row, ...others] = facts.agent.unified ? unifiedSteps(facts) : olderAgentSteps(facts);
  if (!row) return pathOf([]);
  return pathOf([unreadable.refusal ? neverStarts(row, unreadable) : row, ...others]);
}

/** The machine is deleted. Later steps describe a run once it is deployed again. */
function neverStarts(row: TraceStepDraft, { why, refusal }: Unreadable): TraceStepDraft {
  const failsWith = refusal && { ...refusal, state: null };
  return { ...row, status: "broken", detail: why, fix: deployFix, ...(failsWith && { failsWith }) };
}

/** The steps up to the first one that ends the run. The first broken step says how it fails. */
export function pathOf(links: TraceStepDraft[]): Path {
  const stop = links.findIndex((link) => link.stops);
  const steps = links.map(({ failsWith: _, stops: __, ...step }, index) =>
    stop !== -1 && index > stop ? notReachedStep(step) : step,
  );
  const broken = links.find((link) => link.status === "broken");
  return { ok: !broken, would_fail_with: broken?.failsWith ?? null, steps };
}

function notReachedStep({ step, state }: TraceStep): TraceStep {
  return { step, status: "unknown", value: null, detail: "Not reached.", fix: null, state };
}

function unifiedSteps(facts: TraceFacts): TraceStepDraft[] {
  return [
    agentRow(facts),
    modelRow(facts),
    providerMapping(facts),
    assumedTools(facts),
    endpoint(facts),
    secretKey(facts),
    keyState(facts),
    requestStep(facts, {
      ...sentBy(facts),
      request: agentRequestOf(facts.agent, undefined),
      temperature: 0.7,
    }),
    lastTest(facts, sentBy(facts)),
  ];
}

/** The call as generated machines make it. */
function sentBy(facts: TraceFacts) {
  return {
    provider: facts.sent?.provider ?? "",
    tools: namedTools(facts),
    state: callState,
    isFollowed: false,
  };
}

function agentRow({ agent }: TraceFacts): TraceStepDraft {
  const value = agentEntityId(agent);
  const broken = promptMissing(agent);
  if (broken) return broken;
  const missing = (["llm_provider", "llm_model"] as const).filter((name) => !agent[name]);
  if (missing.length > 0) {
    return {
      ...ok("agent_row", value, ""),
      status: "warning",
      detail: `The row has no ${missing.join(" and no ")}: a default compiled into its state machine is used, which is not visible here.`,
      fix: "Choose a provider and a model.",
    };
  }
  if (agent.version !== runtimeVersion) {
    return {
      ...ok("agent_row", value, ""),
      status: "warning",
      detail: `Generated state machines read version ${runtimeVersion}: this row is read only by a machine that was made for ${agent.version}.`,
      fix: `Change version ${runtimeVersion} if that is the one that runs.`,
    };
  }
  if (agent.defects.length > 0) {
    return { ...ok("agent_row", value, `${agent.defects.join("; ")}.`), status: "warning" };
  }
  return ok("agent_row", value, `Names ${agent.llm_provider} and ${agent.llm_model}.`);
}

function modelRow({ alias, model, sent }: TraceFacts): TraceStepDraft {
  const value = model?.looked_up ?? null;
  if (!model)
    return unknown("model_row", "The default compiled into its state machine isn't known.");
  if (!model.found) {
    return {
      ...ok("model_row", value, ""),
      status: "broken",
      detail: alias
        ? `No row has this key. The model is registered as ${alias.pk}, but the runtime knows no aliases.`
        : "No row has this key.",
      fix: alias
        ? describeAliasFix(alias)
        : "Register the model, or switch the agent to a registered one.",
      failsWith: {
        error: queryEvaluationError,
        cause:
          "The JSONata expression '$states.result.Item' specified for the field 'Assign/llm_config' returned nothing (undefined).",
        state: "Load LLM Provider Config",
      },
      stops: true,
    };
  }
  return modelFound({ sent }, model);
}

/** The step for a model row that the runtime finds. */
export function modelFound({ sent }: Pick<TraceFacts, "sent">, model: TracedModel): TraceStepDraft {
  const value = model.looked_up;
  if (model.reasons.length > 0) {
    const isOtherModel = sent && `${sent.provider}#${sent.model_id}` !== model.looked_up;
    const takes = isOtherModel
      ? `The runtime splits its key at # and sends "${sent.model_id}" to "${sent.provider}".`
      : "The runtime reads only its key.";
    const detail = `The row is defective (${model.reasons.join("; ")}). ${takes}`;
    return {
      ...ok("model_row", value, detail),
      status: "warning",
      fix: isOtherModel
        ? "Register the model under a key with one #, and switch the agent to it."
        : "Repair the row on the Models page.",
    };
  }
  if (!model.is_active) {
    const detail = "The model is deactivated here. The runtime does not look at that.";
    return {
      ...ok("model_row", value, detail),
      status: "warning",
      fix: "Switch to an active model.",
    };
  }
  return ok("model_row", value, "Found.");
}

function providerMapping({ sent, runtimeProviders }: TraceFacts): TraceStepDraft {
  const value = sent?.provider ?? null;
  if (!sent)
    return unknown("provider_mapping", "The default compiled into its machine isn't known.");
  if (value !== null && runtimeProviders.includes(value)) {
    return ok("provider_mapping", value, "The runtime's map has it.");
  }
  return {
    ...ok(
      "provider_mapping",
      value,
      `The runtime's map knows ${runtimeProviders.join(", ")} only.`,
    ),
    status: "broken",
    fix: "Switch to a provider that the runtime maps, or extend its map and RUNTIME_PROVIDERS.",
    failsWith: callerFailure("missing field `endpoint`"),
    stops: true,
  };
}

export function endpoint({ endpoint: url, refusedId, key, sent }: TraceFacts): TraceStepDraft {
  if (url === null) {
    const detail = "The console does not know this provider's endpoint.";
    return { ...ok("endpoint", null, detail), status: "unknown" };
  }
  if (!refusedId)
    return ok("endpoint", url, "Assumed: the address that generated state machines use.");
  const refused = { ...ok("endpoint", url, refusedId.detail), fix: refusedId.fix };
  // Providers check the key before the model ID, so without a working key this is only a warning.
  if (!isKeyUsable(key) || refusedId.code !== "bedrock_region_mismatch")
    return { ...refused, status: "warning" };
  const failsWith = providerRefusal(sent?.provider ?? "bedrock", "wrong_region", callState);
  return { ...refused, status: "broken", failsWith };
}

function secretKey({ sent, key, keyIsNoString, secretPath }: TraceFacts): TraceStepDraft {
  const name = keyName(sent?.provider_id ?? null);
  if (name === null) return { ...ok("secret_key", null, "Not known."), status: "unknown" };
  if (key && key.status !== "missing") {
    return ok("secret_key", name, key.last_four ? `Ends in ${key.last_four}.` : "Stored.");
  }
  const why = keyIsNoString
    ? "Its value is not text: callers ignore it."
    : "The secret has no such key.";
  return {
    ...ok("secret_key", name, why),
    status: "broken",
    fix: "Paste a key under API keys and click Update API Key.",
    failsWith: callerFailure(`Secret key not found: ${name} in secret: ${secretPath}`),
    stops: true,
  };
}

function keyState({ key, sent }: TraceFacts): TraceStepDraft {
  if (keyName(sent?.provider_id ?? null) === null) return unknown("key_state", "Not known.");
  const status = key?.status ?? "missing";
  const detail = keyStatusText[status];
  if (status === "verified") return ok("key_state", status, detail);
  if (status === "stored") {
    return { ...ok("key_state", status, detail), status: "unknown", fix: "Verify the key." };
  }
  return {
    ...ok("key_state", status, detail),
    status: "broken",
    fix: "Paste a key that works under API keys.",
    failsWith: providerRefusal(sent?.provider ?? "", "key"),
  };
}
