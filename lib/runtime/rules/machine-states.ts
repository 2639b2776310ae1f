import { allStates, type Definition, innerDefinitions, isObject, type State } from "./definition";
import type { Interpretation } from "./interpret";

/** The states of a machine that do what the steps of a trace are about; null where there is none. */
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
  const given = state.Arguments;
  return isObject(given) && isObject(given.Key) && attribute in given.Key;
}

export function machineStates(definition: Definition): MachineStates {
  const top = Object.entries(definition.States);
  const all = allStates(definition);
  const reader = (attribute: string) =>
    all.find(([, state]) => readsBy(state, attribute))?.[0] ?? null;
  const tool_row = reader("tool_name");
  const around = top.find(([, state]) =>
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
    tool_definitions: around?.[0] ?? tool_row,
    tool_row,
  };
}

export type FailedStep = "agent_row" | "model_row" | "provider_mapping" | "tool_definitions";

/** The step of a trace that a run stops in before it calls a model; null if it gets there. */
export function stoppedStep(run: Interpretation, states: MachineStates): FailedStep | null {
  if (run.end.kind === "called") return null;
  const state = run.end.kind === "failed" ? run.end.failure.state : run.end.state;
  if (state === states.tool_row || state === states.tool_definitions) return "tool_definitions";
  if (state === states.agent_row) return "agent_row";
  if (state === states.model_row) return "model_row";
  if (state === states.provider_mapping) return "provider_mapping";
  const reads = run.steps.filter(({ read }) => read?.found);
  if (reads.some(({ read }) => read && "pk" in read.key)) return "provider_mapping";
  return reads.some(({ read }) => read && "agent_name" in read.key) ? "model_row" : "agent_row";
}
