import type { Item } from "./console";

export type State = Record<string, unknown>;
export type Machine = { QueryLanguage: string; StartAt: string; States: Record<string, State> };
export type Make = (options: { name: string }) => object;
/** Edits the definition of the machine with this name. */
export type Change = (machine: Machine, name: string) => void;

export const agentState = "Load Agent Configuration";
export const modelState = "Load LLM Provider Config";
export const toolsState = "Load Tool Definitions";
export const callState = "Call Unified LLM";
export const readsItem = "arn:aws:states:::dynamodb:getItem";

export const stateOf = ({ States }: Machine, name: string): State => {
  const state = States[name];
  if (!state) throw new Error(`The machine has no state ${name}.`);
  return state;
};

/** Puts states between a state and the one after it; the last of them goes on there. */
export function insertAfter(before: string, states: Record<string, State>): Change {
  return (machine) => {
    const state = stateOf(machine, before);
    const [first = ""] = Object.keys(states);
    for (const [name, added] of Object.entries(states)) {
      const isOpen = !["Fail", "Succeed", "Choice"].includes(String(added.Type));
      machine.States[name] = isOpen && !added.Next ? { ...added, Next: state.Next } : added;
    }
    machine.States[before] = { ...state, Next: first };
  };
}

export function change(name: string, more: State): Change {
  return (machine) => {
    machine.States[name] = { ...stateOf(machine, name), ...more };
  };
}

export const both =
  (...changes: Change[]): Change =>
  (machine, name) => {
    for (const apply of changes) apply(machine, name);
  };

export const pass = (more: State): Record<string, State> => ({ Extra: { Type: "Pass", ...more } });
export const afterAgent = (more: State) => insertAfter(agentState, pass(more));

/** The row's tools. */
export const tools = (value: unknown): Item => ({ tools: { S: JSON.stringify(value) } });
const branch = (states: Record<string, State>) => ({
  StartAt: Object.keys(states)[0],
  States: states,
});
export const parallel = (...branches: Record<string, State>[]) =>
  insertAfter(agentState, { Both: { Type: "Parallel", Branches: branches.map(branch) } });

/** Changes what the state of the call sends. */
export const payload =
  (more: State): Change =>
  (machine) => {
    const { Arguments, ...state } = stateOf(machine, callState);
    const { Payload, ...rest } = Arguments as { Payload: State }; // The sample's own state.
    machine.States[callState] = {
      ...state,
      Arguments: { ...rest, Payload: { ...Payload, ...more } },
    };
  };

/** Replaces words in the expression that builds the provider's configuration. */
export const config =
  (before: string, after: string): Change =>
  (machine) => {
    const state = stateOf(machine, "Build Provider Config");
    const { provider_config } = state.Assign as { provider_config: string }; // The sample's own state.
    if (!provider_config.includes(before)) throw new Error(`The configuration has no ${before}.`);
    const Assign = { provider_config: provider_config.replaceAll(before, after) };
    machine.States["Build Provider Config"] = { ...state, Assign };
  };

export const same: Change = () => {};
