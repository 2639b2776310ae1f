import { allStates, type Definition, innerDefinitions, isObject, type State } from "./definition";
import type { Interpretation } from "./interpretation";

/** The machine's state for each step of a trace; null if it has none. */
export type MachineStates = {
  agent_row: string | null;
  model_row: string | null;
  provider_mapping: string | null;
  /** The Map over the agent's tools, or the state that reads one tool. */
  tool_definitions: string | null;
  tool_row: string | null;
};

function readsBy(state: State, attribute: string): boolean {
  if (!/dynamodb:getItem$/i.test(String(state.Resource))) return false;
  const args = state.Arguments;
  return isObject(args) && isObject(args.Key) && attribute in args.Key;
}

export function machineStates(definition: Definition): MachineStates {
  const top = Object.entries(definition.States);
  const all = allStates(definition);
  const reader = (attribute: string) =>
    all.find(([, state]) => readsBy(state, attribute))?.[0] ?? null;
  const tool_row = reader("tool_name");
  const enclosing = top.find(([, state]) =>
    innerDefinitions(state).some((inner) =>
      allStates(inner).some(([, part]) => readsBy(part, "tool_name")),
    ),
  );
  const mapping = top.find(([, { Assign, Output }]) =>
    JSON.stringify([Assign, Output]).includes("secret_key_name"),
  );
  return {
    agent_row: reader("agent_name"),
    model_row: reader("pk"),
    provider_mapping: mapping?.[0] ?? null,
    tool_definitions: enclosing?.[0] ?? tool_row,
    tool_row,
  };
}

export type FailedStep = "agent_row" | "model_row" | "provider_mapping" | "tool_definitions";

export type StopPlace = {
  /** The step of a trace in which the run stops. */
  step: FailedStep;
  /** Null if the machine ends there. */
  state: string | null;
  /** False if the state isn't the step's own, such as a Choice. */
  isOwn: boolean;
};

/** Where a run stops before it calls a model; null if it reaches the call. */
export function stopPlace(run: Interpretation, states: MachineStates): StopPlace | null {
  if (run.end.kind === "called") return null;
  const state = run.end.kind === "failed" ? run.end.failure.state : run.end.state;
  const own = state === null ? null : (stepOf(state, states) ?? stepOfRead(state, run));
  return { step: own ?? nextStep(run, states), state, isOwn: own !== null };
}

function stepOf(state: string, states: MachineStates): FailedStep | null {
  if (state === states.tool_row) return "tool_definitions";
  const steps = ["agent_row", "model_row", "provider_mapping", "tool_definitions"] as const;
  return steps.find((step) => states[step] === state) ?? null;
}

/** The step for a state that ended the run while reading a row; its key may be in an expression. */
function stepOfRead(state: string, { steps }: Interpretation): FailedStep | null {
  const key = steps.findLast((step) => step.state === state)?.read?.key ?? {};
  if ("agent_name" in key) return "agent_row";
  if ("pk" in key) return "model_row";
  return "tool_name" in key ? "tool_definitions" : null;
}

/** The step after the last one that the run passed. */
function nextStep({ steps }: Interpretation, states: MachineStates): FailedStep {
  const hasPassed = (name: string | null) =>
    name !== null && steps.some(({ state, outcome }) => state === name && outcome === "passed");
  if (hasPassed(states.tool_definitions) || hasPassed(states.provider_mapping))
    return "tool_definitions";
  if (hasPassed(states.model_row)) return "provider_mapping";
  if (!hasPassed(states.agent_row)) return "agent_row";
  return states.model_row === null ? "tool_definitions" : "model_row";
}
