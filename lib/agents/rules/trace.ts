import type { Trace, TraceStep } from "@/lib/agents/schema";
import { agentEntityId } from "./entity";
import {
  isKeyUsable,
  keyName,
  keyStatusText,
  lastTest,
  ok,
  type TraceFacts,
  type TraceStepDraft,
  unexpectedFieldType,
} from "./trace-links";
import { olderAgentSteps } from "./trace-older";

/** The version that generated state machines read (docs/contract.md, Runtime). */
const runtimeVersion = "v1.0";
const missingField = "Missing field endpoint";
const authenticationFailure = "Authentication failure";

/** The path of the agent's next invocation; the first broken step decides its error. */
export function traceOf(facts: TraceFacts): Trace {
  const links = facts.agent.unified ? unifiedSteps(facts) : olderAgentSteps(facts);
  const stop = links.findIndex((link) => link.stops);
  const steps = links.map(({ failsWith: _, stops: __, ...step }, index) =>
    stop !== -1 && index > stop ? notReachedStep(step) : step,
  );
  const broken = links.find((link) => link.status === "broken");
  return { ok: !broken, would_fail_with: broken?.failsWith ?? null, steps };
}

function notReachedStep({ step }: TraceStep): TraceStep {
  return { step, status: "unknown", value: null, detail: "Not reached.", fix: null };
}

function unifiedSteps(facts: TraceFacts): TraceStepDraft[] {
  return [
    agentRow(facts),
    modelRow(facts),
    providerMapping(facts),
    endpoint(facts),
    secretKey(facts),
    keyState(facts),
    lastTest(facts),
  ];
}

function agentRow({ agent }: TraceFacts): TraceStepDraft {
  const value = agentEntityId(agent);
  const missing = (["llm_provider", "llm_model"] as const).filter((name) => !agent[name]);
  if (missing.length > 0) {
    return {
      step: "agent_row",
      status: "broken",
      value,
      detail: `The row has no ${missing.join(" and no ")}.`,
      fix: "Choose a provider and a model.",
      failsWith: missingField,
      stops: true,
    };
  }
  if (agent.version !== runtimeVersion) {
    return {
      step: "agent_row",
      status: "warning",
      value,
      detail: `Generated state machines read version ${runtimeVersion}: this row is read only by a machine that was made for ${agent.version}.`,
      fix: `Change version ${runtimeVersion} if that is the one that runs.`,
    };
  }
  if (agent.defects.length > 0) {
    return { ...ok("agent_row", value, `${agent.defects.join("; ")}.`), status: "warning" };
  }
  return ok("agent_row", value, `Names ${agent.llm_provider} and ${agent.llm_model}.`);
}

function modelRow({ agent, model, sent }: TraceFacts): TraceStepDraft {
  const value = model?.looked_up ?? null;
  if (!model?.found) {
    const other = agent.resolves_to;
    return {
      step: "model_row",
      status: "broken",
      value,
      detail: other
        ? `No row has this key. The model is registered as ${other}, but the runtime knows no aliases.`
        : "No row has this key.",
      fix: other
        ? `Switch the agent to ${other}.`
        : "Register the model, or switch the agent to a registered one.",
      failsWith: missingField,
      stops: true,
    };
  }
  if (model.reasons.length > 0) {
    const isOther = sent && `${sent.provider}#${sent.model_id}` !== model.looked_up;
    const takes = isOther
      ? `The runtime splits its key at # and sends "${sent.model_id}" to "${sent.provider}".`
      : "The runtime reads only its key.";
    const detail = `The row is defective (${model.reasons.join("; ")}). ${takes}`;
    return {
      ...ok("model_row", value, detail),
      status: "warning",
      fix: isOther
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
  if (value !== null && runtimeProviders.includes(value)) {
    return ok("provider_mapping", value, "The runtime's map has it.");
  }
  return {
    step: "provider_mapping",
    status: "broken",
    value,
    detail: `The runtime's map knows ${runtimeProviders.join(", ")} only.`,
    fix: "Switch to a provider that the runtime maps, or extend its map and RUNTIME_PROVIDERS.",
    failsWith: missingField,
    stops: true,
  };
}

function endpoint({ endpoint: url, refusedId, key }: TraceFacts): TraceStepDraft {
  if (url === null) {
    const detail = "The console does not know this provider's endpoint.";
    return { ...ok("endpoint", null, detail), status: "unknown" };
  }
  if (!refusedId) return ok("endpoint", url, "Compiled into the state machine.");
  const refused = { ...ok("endpoint", url, refusedId.detail), fix: refusedId.fix };
  // Providers check the key before the model ID, so without a working key this is only a warning.
  if (!isKeyUsable(key)) return { ...refused, status: "warning" };
  return { ...refused, status: "broken", failsWith: unexpectedFieldType };
}

function secretKey({ sent, key, keyIsNoString }: TraceFacts): TraceStepDraft {
  const name = keyName(sent?.provider_id ?? null);
  if (name === null) return { ...ok("secret_key", null, "Not known."), status: "unknown" };
  if (key && key.status !== "missing") {
    return ok("secret_key", name, key.last_four ? `Ends in ${key.last_four}.` : "Stored.");
  }
  const why = keyIsNoString
    ? "Its value is not text: callers ignore it."
    : "The secret has no such key.";
  return {
    step: "secret_key",
    status: "broken",
    value: name,
    detail: why,
    fix: "Paste a key under API keys and click Update API Key.",
    failsWith: authenticationFailure,
    stops: true,
  };
}

function keyState({ key }: TraceFacts): TraceStepDraft {
  const status = key?.status ?? "missing";
  const detail = keyStatusText[status];
  if (status === "verified") return ok("key_state", status, detail);
  if (status === "stored") {
    return { ...ok("key_state", status, detail), status: "unknown", fix: "Verify the key." };
  }
  return {
    step: "key_state",
    status: "broken",
    value: status,
    detail,
    fix: "Paste a key that works under API keys.",
    failsWith: authenticationFailure,
  };
}
