import { asDefinition, type Definition, isObject, type State } from "./definition";
import {
  assertDataSize,
  ModelCalled,
  NotFollowed,
  type ReadItem,
  RunFailed,
  runtimeFailure,
  type StateStep,
} from "./interpretation";
import { decideParts, type Part } from "./parts";
import { queryEvaluationError } from "./run-failures";
import { keyError, projectItem, type TaskCall, taskCall } from "./task-call";
import {
  type Evaluate,
  ExpressionLimit,
  QueryFailure,
  requireType,
  type TypeNames,
} from "./template";

export type Execution = {
  input: unknown;
  evaluate: Evaluate;
  readItem: ReadItem;
  /** The machine's name and ARN, for `$states.context`. */
  machine: { name: string; arn: string };
  /** How the first call of a model fails. Without it, the run is followed up to that call. */
  callFails?: { error: string; cause: string };
};

export type Variables = Record<string, unknown>;
export type Outcome = { output: unknown; next: string | null };
/** One visit of a state. */
export type Visit = {
  name: string;
  state: State;
  input: unknown;
  variables: Variables;
  step: StateStep;
  entered: number;
  /** `$states.context.Map` in an iteration. */
  item: unknown;
};

/** The run to which a state belongs. */
export interface Follower {
  readonly execution: Execution;
  readonly steps: StateStep[];
  /**
   * The number of rows read so far, the ID of the last event of the history, and the seconds of
   * Wait states.
   */
  reads: number;
  events: number;
  waited: number;
  /** How the run ends at a call of a model, or continues if a Catch clause handles it. */
  call(state: string, payload: unknown): ModelCalled | RunFailed;
  /** @throws RunTimedOut once the waits exceed the machine's timeout */
  wait(seconds: number, state: string): void;
  follow(
    definition: Definition,
    input: unknown,
    variables: Variables,
    parent: string | null,
    item?: unknown,
  ): Promise<unknown>;
  fill(visit: Visit, template: unknown, field: string): Promise<unknown>;
  fillAs<Name extends keyof TypeNames>(
    visit: Visit,
    type: Name,
    template: unknown,
    field: string,
  ): Promise<TypeNames[Name]>;
  finish(
    visit: Visit,
    clause?: State,
    path?: string,
    more?: { result?: unknown; errorOutput?: unknown },
  ): Promise<unknown>;
}

/** The concurrency of an inline Map in Step Functions, unless the state sets a lower one. */
const maxConcurrency = 40;

/** Executes a state up to its Catch clauses. */
export function enterState(run: Follower, visit: Visit): Promise<Outcome> {
  switch (visit.state.Type) {
    case "Task":
      return followTask(run, visit);
    case "Map":
      return followMap(run, visit);
    case "Parallel":
      return followParallel(run, visit);
    case "Choice":
      return choose(run, visit);
    case "Pass":
    case "Wait":
    case "Succeed":
      return followPass(run, visit);
    case "Fail":
      return fail(run, visit);
    default:
      throw new NotFollowed(visit.name, `It has the type "${String(visit.state.Type)}".`);
  }
}

async function followPass(run: Follower, visit: Visit): Promise<Outcome> {
  const { state, name } = visit;
  if (state.Seconds !== undefined)
    run.wait(await run.fillAs(visit, "number", state.Seconds, "Seconds"), name);
  if (state.Timestamp !== undefined) {
    const until = await run.fillAs(visit, "string", state.Timestamp, "Timestamp");
    run.wait((Date.parse(until) - Date.now()) / 1000, name);
  }
  return { output: await run.finish(visit), next: nextOf(state) };
}

async function fail(run: Follower, visit: Visit): Promise<never> {
  const { state, name } = visit;
  const text = (field: "Error" | "Cause") =>
    state[field] === undefined ? "" : run.fillAs(visit, "string", state[field], field);
  const [error, cause] = [await text("Error"), await text("Cause")];
  throw new RunFailed({ error: String(error), cause: String(cause), state: name });
}

async function choose(run: Follower, visit: Visit): Promise<Outcome> {
  const { state } = visit;
  const rules = Array.isArray(state.Choices) ? state.Choices.filter(isObject) : [];
  for (const [index, rule] of rules.entries()) {
    const field = `Choices[${index}]/Condition`;
    if (!(await run.fillAs(visit, "boolean", rule.Condition, field))) continue;
    const output = await run.finish(visit, rule, `Choices[${index}]/`);
    return { output, next: String(rule.Next) };
  }
  if (typeof state.Default === "string") {
    return { output: await run.finish(visit), next: state.Default };
  }
  const reason = "Failed to transition out of the state. The state does not point to a next state.";
  throw runtimeFailure("States.Runtime", reason, visit);
}

async function followTask(run: Follower, visit: Visit): Promise<Outcome> {
  const { state, input, name } = visit;
  const resource = String(state.Resource);
  const parameters =
    state.Arguments === undefined ? input : await run.fill(visit, state.Arguments, "Arguments");
  if (state.TimeoutSeconds !== undefined)
    await run.fillAs(visit, "number", state.TimeoutSeconds, "TimeoutSeconds");
  const call = taskCall(name, resource, parameters);
  if (call.kind === "other") {
    throw new NotFollowed(name, `It calls ${resource}, which only a run can do.`);
  }
  assertDataSize(parameters, call.kind === "read" ? "dynamodb" : "lambda", name);
  if (call.kind === "model") throw run.call(name, call.payload);
  const error = keyError(call.key);
  if (error) {
    const reason = `The Parameters '${JSON.stringify(parameters)}' could not be used to start the Task: [${error}]`;
    throw runtimeFailure("States.Runtime", reason, visit);
  }
  const result = await readRow(run, visit, call);
  assertDataSize(result, "dynamodb", name);
  return { output: await run.finish(visit, state, "", { result }), next: nextOf(state) };
}

async function readRow(
  run: Follower,
  visit: Visit,
  call: Extract<TaskCall, { kind: "read" }>,
): Promise<unknown> {
  const { name, step } = visit;
  const { table, key, isOptimised, attributes } = call;
  run.events += 3;
  run.reads += 1;
  step.read = { table, key, found: false };
  const reading = await run.execution.readItem(table, key);
  if ("unknown" in reading) throw new NotFollowed(name, reading.unknown);
  if ("refused" in reading) throw new RunFailed({ ...reading.refused, state: name });
  step.read.found = reading.item !== null;
  return {
    ...(reading.item !== null && { Item: projectItem(reading.item, attributes) }),
    ...(isOptimised && {
      SdkHttpMetadata: { HttpStatusCode: 200 },
      SdkResponseMetadata: { RequestId: "preview" },
    }),
  };
}

async function followMap(run: Follower, visit: Visit): Promise<Outcome> {
  const { state, name, input, variables } = visit;
  const processor = asDefinition(state.ItemProcessor ?? state.Iterator);
  if (!processor) throw new NotFollowed(name, "It has no inline processor.");
  const itemsInput =
    state.Items === undefined ? input : await run.fill(visit, state.Items, "Items");
  // The members of an object are items too.
  const items = isObject(itemsInput)
    ? Object.entries(itemsInput).map(([Key, Value]) => ({ Key, Value }))
    : requireType(itemsInput, "array", state.Items, "Items");
  const concurrency =
    state.MaxConcurrency === undefined
      ? 0
      : await run.fillAs(visit, "number", state.MaxConcurrency, "MaxConcurrency");
  const iterations = items.map((Value, Index) => async () => {
    const item = { Item: { Index, Value } };
    const within = { ...visit, item };
    const selected =
      state.ItemSelector === undefined
        ? Value
        : await run.fill(within, state.ItemSelector, "ItemSelector");
    return run.follow(processor, selected, { ...variables }, name, item);
  });
  const result = await followParts(run, visit, iterations, concurrency || maxConcurrency);
  return { output: await run.finish(visit, state, "", { result }), next: nextOf(state) };
}

async function followParallel(run: Follower, visit: Visit): Promise<Outcome> {
  const { state, input, variables, name, item } = visit;
  const branches = Array.isArray(state.Branches) ? state.Branches : [];
  const branchInput =
    state.Arguments === undefined ? input : await run.fill(visit, state.Arguments, "Arguments");
  const parts = branches
    .flatMap((part) => asDefinition(part) ?? [])
    .map((branch) => () => run.follow(branch, branchInput, { ...variables }, name, item));
  const result = await followParts(run, visit, parts, parts.length);
  return { output: await run.finish(visit, state, "", { result }), next: nextOf(state) };
}

/** Follows iterations or branches, `concurrency` at a time. */
async function followParts(
  run: Follower,
  visit: Visit,
  parts: readonly (() => Promise<unknown>)[],
  concurrency: number,
): Promise<unknown[]> {
  const followed: Part[] = [];
  const [waitedBefore, waits] = [run.waited, [run.waited]];
  for (const [index, part] of parts.entries()) {
    if (index >= concurrency && followed.some(({ stopped }) => stopped)) break;
    const [firstStep, readsBefore] = [run.steps.length, run.reads];
    run.waited = waitedBefore;
    const end = await part().then(
      (output) => ({ output, stopped: null }),
      (error: unknown) => ({ output: null, stopped: stopOf(error, visit) }),
    );
    const steps = run.steps.splice(firstStep);
    followed.push({ ...end, steps, reads: run.reads - readsBefore });
    waits.push(run.waited);
  }
  run.waited = Math.max(...waits);
  const { steps, stopped } = decideParts(followed);
  run.steps.push(...steps);
  if (stopped) throw stopped;
  return followed.map(({ output }) => output);
}

function nextOf(state: State): string | null {
  return typeof state.Next === "string" ? state.Next : null;
}

export type Stopped = RunFailed | ModelCalled | NotFollowed;

/** How an error ends the visited state. @throws errors that don't end a state */
export function stopOf(error: unknown, visit: Visit): Stopped {
  if (error instanceof QueryFailure) {
    return runtimeFailure(queryEvaluationError, error.message, visit);
  }
  if (error instanceof ExpressionLimit) return new NotFollowed(visit.name, error.message);
  if (error instanceof RunFailed || error instanceof ModelCalled || error instanceof NotFollowed) {
    return error;
  }
  throw error;
}
