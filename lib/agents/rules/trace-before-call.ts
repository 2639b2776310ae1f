import { pluralize } from "@/lib/format";
import { callerFailure } from "@/lib/runtime/rules/caller-failure";
import {
  configOf,
  type Stop,
  sentTools,
  stateFix,
  stopOf,
  stoppedTool,
  toolsProblem,
} from "./agent-run";
import { callStateOf, type DefinedFacts, type DefinedStep } from "./defined-facts";
import { agentEntityId } from "./entity";
import { payloadFix, payloadProblem } from "./payload";
import { modelFound } from "./trace";
import { describeAliasFix, ok, type TraceStepDraft, unknown } from "./trace-links";

/** The machine's steps before the call, from its definition. */
export const stepsBeforeCall: readonly DefinedStep[] = [
  withEarlierStop("agent_row", agentRow),
  withEarlierStop("model_row", modelRow),
  withEarlierStop("provider_mapping", providerMapping),
  withEarlierStop("tool_definitions", toolDefinitions),
];

/**
 * A run may stop in a state that no step describes; then the first step that it doesn't reach shows
 * the stop.
 */
function withEarlierStop(name: Stop["step"], step: DefinedStep): DefinedStep {
  return (facts) => {
    const stop = stopOf(facts.run);
    if (stop?.step !== name || stop.isOwn) return step(facts);
    const draft = { ...stopped(name, null, stop, facts), state: stop.state };
    if (stop.kind !== "failed") return draft;
    return { ...draft, detail: `In the state "${stop.state}": ${stop.text}`, fix: stateFix(stop) };
  };
}

/** A step in which the run stops. */
function stopped(
  step: TraceStepDraft["step"],
  value: string | null,
  stop: Stop,
  { run: { run } }: DefinedFacts,
): TraceStepDraft {
  if (run.end.kind === "failed") {
    const failsWith = run.end.failure;
    return { ...ok(step, value, stop.text), status: "broken", failsWith, stops: true };
  }
  if (stop.kind === "ended") {
    return { ...ok(step, value, stop.text), status: "warning", stops: true };
  }
  const detail = `${stop.state}: ${stop.text} What follows can't be known.`;
  return { ...ok(step, value, detail), status: "unknown", stops: true };
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
  const { model, run } = facts;
  const state = run.states.model_row;
  if (!run.outline.reads_models) return { ...ok("model_row", null, "not read"), state };
  const stop = stopOf(run);
  const value = model?.looked_up ?? null;
  if (stop?.step === "model_row") {
    const { alias } = facts;
    const draft = { ...stopped("model_row", value, stop, facts), state: stop.state };
    if (draft.status !== "broken") return draft;
    const isMissing = run.run.steps.some(
      (step) => step.state === stop.state && step.read !== null && !step.read.found,
    );
    if (!isMissing) return { ...draft, fix: stateFix(stop) };
    return {
      ...draft,
      detail: alias
        ? `No row has this key. The model is registered as ${alias.pk}, but the runtime knows no aliases. ${stop.text}`
        : `No row has this key. ${stop.text}`,
      fix: alias
        ? describeAliasFix(alias)
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
  const mapped = providers.map(({ provider }) => provider).join(", ") || "no provider";
  const draft = {
    ...ok("provider_mapping", value, `The machine's map has ${mapped} only.`),
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
    return draft.status === "broken" ? { ...draft, ...toolsProblem(tool, stop.text) } : draft;
  }
  if (tools === null) return { ...unknown("tool_definitions", "Not reached."), state };
  const problem = payloadProblem(run);
  if (problem && typeof configOf(run).endpoint === "string") {
    return {
      ...ok("tool_definitions", null, `The caller can't use its input: ${problem}.`),
      state: callStateOf(facts),
      status: "broken",
      fix: payloadFix,
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
