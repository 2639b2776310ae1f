import type { SecretEntry } from "@/lib/keys/schema";
import { callerFailure } from "@/lib/runtime/rules/caller-failure";
import { apiAt } from "@/lib/runtime/rules/provider-address";
import { providerRefusal } from "@/lib/runtime/rules/provider-refusals";
import { agentRequestOf } from "./agent-request";
import { configOf, isFollowed, sentTools } from "./agent-run";
import { callStateOf, type DefinedFacts, type DefinedStep } from "./defined-facts";
import { answerFix, answerProblem, callAddressProblem } from "./payload";
import {
  isKeyUsable,
  keyStatusText,
  lastTest,
  ok,
  requestStep,
  type TraceStepDraft,
  unknown,
} from "./trace-links";

/** The call itself: its URL, its key, and whether the provider accepts the request. */
export const callSteps: readonly DefinedStep[] = [
  endpointStep,
  secretKey,
  keyState,
  request,
  testStep,
];

function endpointStep(facts: DefinedFacts): TraceStepDraft {
  const { run, refusedId, key } = facts;
  const state = run.states.provider_mapping ?? callStateOf(facts);
  const url = configOf(run).endpoint;
  if (typeof url !== "string") {
    const why =
      run.outline.shape === "older" ? "Fixed by the older caller's function." : "Not known.";
    return { ...unknown("endpoint", why), state };
  }
  const draft = { ...ok("endpoint", url, "Compiled into the state machine."), state };
  const address = callAddressProblem(run);
  if (address) {
    const refused = { ...draft, detail: address.detail, fix: address.fix };
    // Without a usable key there is no call.
    if (facts.entry?.value !== "text") return { ...refused, status: "warning" };
    const failsWith = callerFailure(address.errorMessage, callStateOf(facts));
    return { ...refused, status: "broken", failsWith, stops: true };
  }
  if (!apiAt(url)) {
    const detail = "Compiled into the state machine. What answers there isn't known here.";
    return { ...draft, status: "unknown", detail };
  }
  if (!refusedId) return draft;
  const refused = { ...draft, detail: refusedId.detail, fix: refusedId.fix };
  // Providers check the key before the model ID.
  if (!isKeyUsable(key)) return { ...refused, status: "warning" };
  const failsWith = providerRefusal(providerOf(facts), "wrong_region", callStateOf(facts));
  return { ...refused, status: "broken", failsWith };
}

function providerOf({ run, sent, agent }: DefinedFacts): string {
  const { provider_id } = configOf(run);
  if (typeof provider_id === "string") return provider_id;
  // An older caller is compiled for one provider, and ignores the alias in the row.
  return sent?.provider_id ?? sent?.provider ?? agent.llm_provider ?? "";
}

function secretKey(facts: DefinedFacts): TraceStepDraft {
  const { run, key, entry, secretPath } = facts;
  const state = callStateOf(facts);
  const { secret_key_name: name, secret_path: path } = configOf(run);
  if (typeof name !== "string" || typeof path !== "string") {
    return { ...unknown("secret_key", "Fixed by the caller's function."), state };
  }
  if (path !== secretPath) {
    const detail = `The machine takes it from ${path}; the console knows ${secretPath}.`;
    const fix = "Run the agent to try its key, or deploy it with the console's secret.";
    return { ...unknown("secret_key", detail), value: name, state, fix };
  }
  const broken = (detail: string, errorMessage: string): TraceStepDraft => ({
    ...ok("secret_key", name, detail),
    state,
    status: "broken",
    fix: "Paste a key under API keys and click Update API Key.",
    failsWith: callerFailure(errorMessage, state),
    stops: true,
  });
  const { value, fault } = entry ?? noEntry;
  if (fault === "not_json") return broken("The secret isn't JSON.", "JSON serialization error: …");
  if (fault === "not_an_object") {
    const message = "Invalid configuration: Secret is not a JSON object";
    return broken("The secret isn't a JSON object.", message);
  }
  if (fault) return broken(`There is no secret ${path}.`, "AWS SDK error: …");
  if (value === "missing" || value === "not_text") {
    return broken(
      value === "missing"
        ? "The secret has no such key."
        : "Its value is not text: callers ignore it.",
      `Secret key not found: ${name} in secret: ${path}`,
    );
  }
  const detail = key?.last_four ? `Ends in ${key.last_four}.` : "Stored.";
  return { ...ok("secret_key", name, detail), state };
}

const noEntry: SecretEntry = { value: "missing", fault: null };

function keyState(facts: DefinedFacts): TraceStepDraft {
  const { key, entry } = facts;
  const state = callStateOf(facts);
  if (entry?.value === "unsendable") {
    const detail =
      "It has a line end or another control character in it, so no request can carry it.";
    return {
      ...ok("key_state", key?.status ?? null, detail),
      state,
      status: "broken",
      fix: "Paste the key again under API keys.",
      failsWith: callerFailure("HTTP request failed: builder error", state),
      stops: true,
    };
  }
  if (key === null) return { ...unknown("key_state", "Not known."), state };
  const draft = { ...ok("key_state", key.status, keyStatusText[key.status]), state };
  if (key.status === "verified") return draft;
  if (key.status === "stored") return { ...draft, status: "unknown", fix: "Verify the key." };
  return {
    ...draft,
    status: "broken",
    fix: "Paste a key that works under API keys.",
    failsWith: providerRefusal(providerOf(facts), "key", state),
    stops: true,
  };
}

function request(facts: DefinedFacts): TraceStepDraft {
  const { run, agent } = facts;
  const { request_transformer: name } = configOf(run);
  const state = callStateOf(facts);
  if (typeof name !== "string") {
    return { ...unknown("request", "What the older caller sends is not visible here."), state };
  }
  const draft = requestStep(facts, {
    provider: providerOf(facts),
    tools: sentTools(run) ?? [],
    isFollowed: isFollowed(run),
    request: agentRequestOf(agent, run),
    temperature: run.outline.temperature,
    state,
  });
  const problem = answerProblem(run);
  // A refused request has no answer of that kind.
  if (!problem || [draft, testStep(facts)].some(({ status }) => status === "broken")) return draft;
  return {
    ...draft,
    status: "broken",
    detail: `The caller can't read what the model answers: ${problem}.`,
    fix: answerFix,
    failsWith: callerFailure(problem, state),
  };
}

function testStep(facts: DefinedFacts): TraceStepDraft {
  const state = callStateOf(facts);
  const tools = sentTools(facts.run) ?? [];
  const call = { provider: providerOf(facts), tools, state, isFollowed: isFollowed(facts.run) };
  return { ...lastTest(facts, call), state };
}
