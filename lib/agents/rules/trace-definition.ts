import { pluralize } from "@/lib/format";
import { callerFailure } from "@/lib/runtime/rules/caller-failure";
import { transformerOf } from "@/lib/runtime/rules/caller-request";
import { isObject } from "@/lib/runtime/rules/definition";
import { providerRefusal } from "@/lib/runtime/rules/provider-refusals";
import type { MappedProvider } from "@/lib/runtime/schema";
import {
  configOf,
  type DefinedRun,
  payloadProblem,
  readRowOf,
  type Stop,
  sentTools,
  stopOf,
  stoppedTool,
  toolsFix,
} from "./agent-run";
import { agentEntityId } from "./entity";
import { modelFound, pathOf } from "./trace";
import {
  isKeyUsable,
  keyStatusText,
  lastTest,
  ok,
  requestStep,
  type TraceFacts,
  type TraceStepDraft,
  unknown,
} from "./trace-links";

export type DefinedFacts = TraceFacts & {
  run: DefinedRun;
  providers: readonly MappedProvider[];
  /** The secret's own fault: it is missing, deleted, or holds no JSON. */
  secretFault: "missing" | "deleted" | "not_json" | null;
  /** The stored key has a line end in it. */
  keyHasLineEnd: boolean;
};

type Link = (facts: DefinedFacts) => TraceStepDraft;

/** The path of the agent's next run, as its machine's definition says. */
export function definedTrace(facts: DefinedFacts) {
  const { run, agent } = facts;
  if (!run.isRead) {
    const links = neverRead(agentEntityId(agent), run);
    return pathOf(links);
  }
  const links: Link[] = [
    agentRow,
    modelRow,
    providerMapping,
    toolDefinitions,
    endpointStep,
    secretKey,
    keyState,
    request,
    testStep,
  ];
  return pathOf(links.map((link) => link(facts)));
}

function neverRead(value: string, run: DefinedRun): TraceStepDraft[] {
  const detail = `Never read by its machine, which reads ${readRowOf(run)}.`;
  const row: TraceStepDraft = {
    ...ok("agent_row", value, detail),
    status: "warning",
    state: run.states.agent_row,
    fix: `Change ${readRowOf(run)}: that is the one that runs.`,
  };
  const rest = (
    [
      "model_row",
      "provider_mapping",
      "tool_definitions",
      "endpoint",
      "secret_key",
      "key_state",
      "request",
      "last_test",
    ] as const
  ).map((step) => unknown(step, "This row never runs."));
  return [row, ...rest];
}

/** A step that the run stops in. */
function stopped(
  step: TraceStepDraft["step"],
  value: string | null,
  stop: Stop,
  facts: DefinedFacts,
) {
  const { end } = facts.run.run;
  if (end.kind === "failed") {
    const draft: TraceStepDraft = {
      ...ok(step, value, stop.text),
      status: "broken",
      failsWith: end.failure,
      stops: true,
    };
    return draft;
  }
  const state = end.kind === "unknown" && end.state ? `${end.state}: ` : "";
  const draft: TraceStepDraft = {
    ...ok(step, value, `${state}${stop.text} What follows can't be known.`),
    status: "unknown",
    stops: true,
  };
  return draft;
}

function agentRow(facts: DefinedFacts): TraceStepDraft {
  const { agent, run } = facts;
  const value = agentEntityId(agent);
  const state = run.states.agent_row;
  const stop = stopOf(run);
  if (stop?.step === "agent_row") {
    const fix = "Repair the agent's row, or deploy the agent again.";
    return { ...stopped("agent_row", value, stop, facts), state, fix };
  }
  const { default_provider, default_model } = run.outline;
  const byDefault = [
    agent.llm_provider ? null : default_provider,
    agent.llm_model ? null : default_model,
  ].filter((name) => name !== null);
  const names = byDefault.length
    ? `Uses ${byDefault.join(" and ")}, compiled into the machine, because the row names none.`
    : `Names ${agent.llm_provider} and ${agent.llm_model}.`;
  if (agent.defects.length === 0) return { ...ok("agent_row", value, names), state };
  const detail = `${names} ${agent.defects.join("; ")}.`;
  return { ...ok("agent_row", value, detail), status: "warning", state };
}

function modelRow(facts: DefinedFacts): TraceStepDraft {
  const { agent, model, run } = facts;
  const state = run.states.model_row;
  if (!run.outline.reads_models) return { ...ok("model_row", null, "not read"), state };
  const stop = stopOf(run);
  const value = model?.looked_up ?? null;
  if (stop?.step === "model_row") {
    const other = agent.resolves_to;
    const isAlias = other !== null && other !== value;
    const draft = stopped("model_row", value, stop, facts);
    if (draft.status !== "broken") return { ...draft, state };
    return {
      ...draft,
      state,
      detail: isAlias
        ? `No row has this key. The model is registered as ${other}, but the runtime knows no aliases. ${stop.text}`
        : `No row has this key. ${stop.text}`,
      fix: isAlias
        ? `Switch the agent to ${other}.`
        : "Register the model, or switch the agent to a registered one.",
    };
  }
  return model
    ? { ...modelFound(facts, model), state }
    : { ...unknown("model_row", "Not read."), state };
}

function providerMapping(facts: DefinedFacts): TraceStepDraft {
  const { run, providers, sent } = facts;
  const state = run.states.provider_mapping;
  const stop = stopOf(run);
  const value = sent?.provider ?? null;
  if (run.outline.shape === "older") {
    return { ...ok("provider_mapping", null, "not read"), state };
  }
  if (stop?.step === "provider_mapping") {
    return { ...stopped("provider_mapping", value, stop, facts), state };
  }
  if (typeof configOf(run).endpoint === "string") {
    return { ...ok("provider_mapping", value, "The machine's map has it."), state };
  }
  const known = providers.map(({ provider }) => provider).join(", ") || "no provider";
  const draft = {
    ...ok("provider_mapping", value, `The machine's map has ${known} only.`),
    state,
    fix: "Switch to a provider that the machine maps, or deploy the agent with a map that has it.",
  };
  // The tools are loaded before the caller reads the map's entry.
  if (stop) return { ...draft, status: "warning" };
  const problem = payloadProblem(run) ?? "missing field `endpoint`";
  return {
    ...draft,
    status: "broken",
    failsWith: callerFailure(problem, callStateOf(facts)),
    stops: true,
  };
}

function callStateOf({ run }: DefinedFacts): string | null {
  return run.run.end.kind === "called" ? run.run.end.state : null;
}

function toolDefinitions(facts: DefinedFacts): TraceStepDraft {
  const { run } = facts;
  const state = run.states.tool_definitions;
  const stop = stopOf(run);
  const tools = sentTools(run);
  if (stop?.step === "tool_definitions") {
    const tool = stoppedTool(run);
    const inner = run.states.tool_row ?? state;
    const draft = {
      ...stopped("tool_definitions", tool?.name ?? null, stop, facts),
      state: tool === undefined ? state : inner,
    };
    if (draft.status !== "broken") return draft;
    if (tool === undefined) return { ...draft, fix: toolsFix(null) };
    if (tool.name === null) {
      const detail = `An entry of the agent's tools has no tool_name. ${stop.text}`;
      return { ...draft, detail, fix: toolsFix(null) };
    }
    if (tool.found) return { ...draft, fix: toolsFix(tool.name) };
    const detail = `ToolRegistry has no "${tool.name}". ${stop.text}`;
    return { ...draft, detail, fix: "Register the tool, or take it out of the agent's row." };
  }
  if (tools === null) return { ...unknown("tool_definitions", "Not reached."), state };
  const problem = payloadProblem(run);
  if (problem && typeof configOf(run).endpoint === "string") {
    return {
      ...ok("tool_definitions", null, `The caller can't read its input: ${problem}.`),
      state: callStateOf(facts),
      status: "broken",
      fix: "Repair what the definition sends, or the tools that it loads.",
      failsWith: callerFailure(problem, callStateOf(facts)),
      stops: true,
    };
  }
  const unrouted = tools.filter((name) => !run.outline.tools.includes(name));
  const value = pluralize(tools.length, "tool");
  if (unrouted.length > 0 && run.outline.tools.length > 0) {
    return {
      ...ok("tool_definitions", value, ""),
      state,
      status: "warning",
      detail: `The machine does not route ${unrouted.join(", ")}: a run in which the model calls it fails at the next call of the model.`,
      fix: "Deploy the agent with its tools.",
    };
  }
  const detail = tools.length > 0 ? `Sends ${tools.join(", ")}.` : "Sends none.";
  return { ...ok("tool_definitions", value, detail), state };
}

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
  if (!refusedId) return draft;
  const refused = { ...draft, detail: refusedId.detail, fix: refusedId.fix };
  // Providers check the key before the model ID.
  if (!isKeyUsable(key)) return { ...refused, status: "warning" };
  const failsWith = providerRefusal(providerOf(facts), "wrong_region", callStateOf(facts));
  return { ...refused, status: "broken", failsWith };
}

function providerOf({ run, sent, agent }: DefinedFacts): string {
  const { provider_id } = configOf(run);
  return typeof provider_id === "string"
    ? provider_id
    : (sent?.provider ?? agent.llm_provider ?? "");
}

function secretKey(facts: DefinedFacts): TraceStepDraft {
  const { run, key, keyIsNoString, secretPath, secretFault } = facts;
  const state = callStateOf(facts);
  const { secret_key_name: name, secret_path: path } = configOf(run);
  if (typeof name !== "string" || typeof path !== "string") {
    return { ...unknown("secret_key", "Fixed by the caller's function."), state };
  }
  if (path !== secretPath) {
    const detail = `The machine takes it from ${path}; the console knows ${secretPath}.`;
    return { ...unknown("secret_key", detail), value: name, state };
  }
  const broken = (detail: string, errorMessage: string): TraceStepDraft => ({
    ...ok("secret_key", name, detail),
    state,
    status: "broken",
    fix: "Paste a key under API keys and click Update API Key.",
    failsWith: callerFailure(errorMessage, state),
    stops: true,
  });
  if (secretFault === "not_json") {
    return broken("The secret is no JSON object.", "JSON serialization error: …");
  }
  if (secretFault) return broken(`There is no secret ${path}.`, "AWS SDK error: …");
  if (key === null) {
    return { ...unknown("secret_key", "The console knows no such key."), value: name, state };
  }
  if (key.status !== "missing") {
    const detail = key.last_four ? `Ends in ${key.last_four}.` : "Stored.";
    return { ...ok("secret_key", name, detail), state };
  }
  return broken(
    keyIsNoString ? "Its value is not text: callers ignore it." : "The secret has no such key.",
    `Secret key not found: ${name} in secret: ${path}`,
  );
}

function keyState(facts: DefinedFacts): TraceStepDraft {
  const { key, keyHasLineEnd } = facts;
  const state = callStateOf(facts);
  if (key === null) return { ...unknown("key_state", "Not known."), state };
  if (keyHasLineEnd) {
    return {
      ...ok("key_state", key.status, "It has a line end in it, so no request can carry it."),
      state,
      status: "broken",
      fix: "Paste the key again under API keys.",
      failsWith: callerFailure("HTTP request failed: builder error", state),
      stops: true,
    };
  }
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
  const { run } = facts;
  const { request_transformer: name } = configOf(run);
  const state = callStateOf(facts);
  if (typeof name !== "string") {
    return { ...unknown("request", "What the older caller sends is not visible here."), state };
  }
  return requestStep(facts, {
    provider: providerOf(facts),
    tools: sentTools(run) ?? [],
    transformer: transformerOf(name),
    temperature: run.outline.temperature,
    state,
  });
}

function testStep(facts: DefinedFacts): TraceStepDraft {
  const state = callStateOf(facts);
  const tools = sentTools(facts.run) ?? [];
  return { ...lastTest(facts, { provider: providerOf(facts), tools, state }), state };
}

/** The pk that the run looks up; null if it reads no model. */
export function lookedUpPk({ run }: Pick<DefinedRun, "run">): string | null {
  const read = run.steps.find((step) => step.read && "pk" in step.read.key)?.read;
  const pk = read?.key.pk;
  return isObject(pk) && typeof pk.S === "string" ? pk.S : null;
}
