import type { JsonObject } from "../json";
import type { State, StateGraph } from "./definition";
import { evaluateAs, evaluateField } from "./expressions";
import { EvaluationFailure, RuntimeFailure, StateFailure, Stopped } from "./failure";
import { type Chain, payload } from "./history";
import { runMap, runParallel } from "./nested-states";
import type { Position } from "./redrive";
import { matches, nextRetry } from "./retries";
import {
  assertRunning,
  assertSize,
  bindingsOf,
  type Frame,
  pause,
  type Run,
  type Scope,
} from "./run";
import { runTask } from "./task-state";

interface Outcome {
  output: unknown;
  assigned: JsonObject;
  next: string | undefined;
}

/** AWS's limit for one execution. */
const maxEvents = 25_000;

/** State types whose execution can be cut short; AWS records that as an event. */
const abortable = ["Task", "Wait", "Map", "Parallel"];

/** Runs a graph's states to its end, from its start or from `at`. @returns the last state's output */
export async function runGraph(
  run: Run,
  graph: StateGraph,
  input: unknown,
  scope: Scope,
  chain: Chain,
  at?: Position,
): Promise<unknown> {
  let name: string | undefined = at?.state ?? graph.StartAt;
  let value = at ? at.input : input;
  // A redriven task is scheduled again without being entered again. For other states AWS's behavior
  // is unknown.
  let entered = at?.enteredId;
  while (name !== undefined) {
    assertRunning(run);
    if (run.history.events.length >= maxEvents - 1)
      throw new StateFailure(
        "States.Runtime",
        "The execution reached the maximum number of history events (25000).",
      );
    // The definition was checked when it was stored.
    const state = graph.States[name] as State;
    const enteredId =
      entered ??
      run.history.add(chain, `${state.Type}StateEntered`, [
        "stateEnteredEventDetails",
        { name, ...payload("input", value) },
      ]);
    entered = undefined;
    const enteredAt = run.clock();
    const frame = { run, name, state, input: value, scope, chain, enteredId, enteredAt };
    const outcome = await runState({ ...frame, retryCount: 0 });
    scope.assign(outcome.assigned);
    run.history.add(chain, `${state.Type}StateExited`, [
      "stateExitedEventDetails",
      { name, ...payload("output", outcome.output), ...assignedDetails(outcome.assigned) },
    ]);
    value = outcome.output;
    name = outcome.next;
  }
  return value;
}

function assignedDetails(assigned: JsonObject): JsonObject {
  const entries = Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]);
  if (entries.length === 0) return {};
  return {
    assignedVariables: Object.fromEntries(entries),
    assignedVariablesDetails: { truncated: false },
  };
}

/** Runs a state with its retries; a caught failure is an outcome. */
async function runState(frame: Frame): Promise<Outcome> {
  const { run, state, chain } = frame;
  const attempts = new Map<number, number>();
  for (let retryCount = 0; ; retryCount++) {
    try {
      return await attemptState({ ...frame, retryCount });
    } catch (error) {
      if (error instanceof Stopped && abortable.includes(state.Type))
        run.history.add(chain, `${state.Type}StateAborted`);
      const failure = recordFailure(frame, error);
      const retryMs = nextRetry(state.Retry, failure.error, attempts);
      if (retryMs !== null) await pause(run, retryMs);
      else return await catchFailure(frame, failure);
    }
  }
}

/**
 * Converts the error that ended the state to a StateFailure. Rethrows errors that aren't failures
 * of the state.
 */
function recordFailure({ run, name, chain, enteredId }: Frame, error: unknown): StateFailure {
  if (error instanceof StateFailure) return error;
  if (!(error instanceof RuntimeFailure)) throw error;
  const cause = `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}). ${error.reason}`;
  if (error instanceof EvaluationFailure)
    run.history.add(chain, "EvaluationFailed", [
      "evaluationFailedEventDetails",
      { error: error.error, cause, location: error.location, state: name },
    ]);
  return new StateFailure(error.error, cause);
}

async function catchFailure(frame: Frame, failure: StateFailure): Promise<Outcome> {
  const index = (frame.state.Catch ?? []).findIndex((catcher) => matches(catcher, failure.error));
  const catcher = frame.state.Catch?.[index];
  if (!catcher) throw failure;
  const errorOutput = { Error: failure.error, Cause: failure.cause };
  try {
    return await finish(frame, catcher, `Catch[${index}]/`, { errorOutput }, errorOutput);
  } catch (error) {
    throw recordFailure(frame, error);
  }
}

/**
 * Evaluates Assign and Output of a state, Choice rule or Catch clause, with the variables as they
 * were before.
 */
async function finish(
  frame: Frame,
  clause: { Assign?: unknown; Output?: unknown; Next?: string },
  prefix: string,
  extra: JsonObject,
  defaultOutput: unknown,
): Promise<Outcome> {
  const bindings = bindingsOf(frame, extra);
  const assigned = await evaluateField(clause.Assign ?? {}, `${prefix}Assign`, bindings);
  const output =
    clause.Output === undefined
      ? defaultOutput
      : await evaluateField(clause.Output, `${prefix}Output`, bindings);
  assertSize(output, frame.name);
  // Assign is an object by the definition's schema, or the expression's result.
  return { output, assigned: assigned as JsonObject, next: clause.Next };
}

async function attemptState(frame: Frame): Promise<Outcome> {
  const { state, input } = frame;
  switch (state.Type) {
    case "Task":
      return finishWith(frame, await runTask(frame));
    case "Map":
      return finishWith(frame, await runMap(frame, runGraph));
    case "Parallel":
      return finishWith(frame, await runParallel(frame, runGraph));
    case "Choice":
      return choose(frame);
    case "Wait":
      await wait(frame);
      return finish(frame, state, "", {}, input);
    case "Fail":
      throw await failureOf(frame);
    default:
      return finish(frame, state, "", {}, input);
  }
}

function finishWith(frame: Frame, result: unknown): Promise<Outcome> {
  return finish(frame, frame.state, "", { result }, result);
}

async function choose(frame: Frame): Promise<Outcome> {
  const { Choices = [], Default, Assign, Output } = frame.state;
  for (const [index, rule] of Choices.entries()) {
    const place = `Choices[${index}]/`;
    if (await evaluateAs("boolean", rule.Condition, `${place}Condition`, bindingsOf(frame)))
      return finish(frame, rule, place, {}, frame.input);
  }
  if (Default === undefined)
    throw new RuntimeFailure(
      "States.Runtime",
      "Failed to transition out of the state. The state does not point to a next state.",
    );
  return finish(frame, { Assign, Output, Next: Default }, "", {}, frame.input);
}

async function wait(frame: Frame): Promise<void> {
  const { run, state } = frame;
  const bindings = bindingsOf(frame);
  if (state.Seconds !== undefined) {
    const seconds = await evaluateAs("number", state.Seconds, "Seconds", bindings);
    return pause(run, Number(seconds) * 1000);
  }
  const until = await evaluateAs("string", state.Timestamp, "Timestamp", bindings);
  return pause(run, Math.max(0, Date.parse(String(until)) - run.clock()));
}

async function failureOf(frame: Frame): Promise<StateFailure> {
  const { Error: error, Cause: cause } = frame.state;
  const bindings = bindingsOf(frame);
  const text = async (field: unknown, location: string) =>
    field === undefined ? undefined : String(await evaluateAs("string", field, location, bindings));
  return new StateFailure((await text(error, "Error")) ?? "", await text(cause, "Cause"));
}
