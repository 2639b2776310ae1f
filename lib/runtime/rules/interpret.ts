import { catchClauseOf } from "./catch-clause";
import { asDefinition, type Definition, isObject, type State } from "./definition";
import {
  assertDataSize,
  type Interpretation,
  ModelCalled,
  NotFollowed,
  type ReadItem,
  RunFailed,
  runtimeFailure,
  type StateStep,
} from "./interpretation";
import { decideParts, type Part } from "./parts";
import { queryEvaluationError } from "./run-failures";
import { keyFault, projectItem, type TaskCall, taskCall } from "./task-call";
import {
  type Evaluate,
  ExpressionLimit,
  fillTemplate,
  QueryFailure,
  requireType,
} from "./template";

type Execution = {
  input: unknown;
  evaluate: Evaluate;
  readItem: ReadItem;
  /** The machine's name and ARN, as `$states.context` has them. */
  machine: { name: string; arn: string };
};

/** Guards against a machine that goes round in circles before it calls a model. */
const maxStates = 500;
/** Iterations of an inline Map that Step Functions runs at once, unless the state says less. */
const maxConcurrency = 40;

/**
 * Follows a definition from its start to its first model call. Of the outside world it reads rows
 * only; any other Task ends what can be known.
 */
export async function interpret(
  definition: Definition,
  execution: Execution,
): Promise<Interpretation> {
  const run = new Run(execution);
  try {
    await run.follow(definition, execution.input, {}, null);
    const why = "The machine ends before it calls a model.";
    return { steps: run.steps, end: { kind: "unknown", state: null, why } };
  } catch (stopped) {
    if (stopped instanceof ModelCalled) {
      const { state, payload } = stopped;
      return { steps: run.steps, end: { kind: "called", state, payload } };
    }
    if (stopped instanceof RunFailed) {
      return { steps: run.steps, end: { kind: "failed", failure: stopped.failure } };
    }
    if (stopped instanceof NotFollowed) {
      const { state, why } = stopped;
      return { steps: run.steps, end: { kind: "unknown", state, why } };
    }
    throw stopped;
  }
}

type Variables = Record<string, unknown>;
type Outcome = { output: unknown; next: string | null };
/** One visit of a state. */
type Visit = {
  name: string;
  state: State;
  input: unknown;
  variables: Variables;
  step: StateStep;
  entered: number;
  /** `$states.context.Map` of an iteration. */
  item: unknown;
};

class Run {
  readonly steps: StateStep[] = [];
  private visits = 0;
  private reads = 0;
  /** The ID of the last event of the history; `ExecutionStarted` is the first. */
  private events = 1;

  constructor(private readonly execution: Execution) {}

  async follow(
    definition: Definition,
    input: unknown,
    variables: Variables,
    parent: string | null,
    item?: unknown,
  ): Promise<unknown> {
    let [name, data]: [string, unknown] = [definition.StartAt, input];
    for (;;) {
      const state = definition.States[name];
      if (!state) throw new NotFollowed(name, `The machine has no state "${name}".`);
      this.visits += 1;
      if (this.visits > maxStates) {
        throw new NotFollowed(name, `More than ${maxStates} states come before the model call.`);
      }
      const type = String(state.Type);
      const step: StateStep = {
        state: name,
        parent,
        type,
        outcome: "passed",
        assigned: {},
        read: null,
      };
      this.steps.push(step);
      this.events += 1;
      const entered = this.events;
      const visit = { name, state, input: data, variables, step, entered, item };
      const { output, next } = await this.visit(visit);
      this.events += 1;
      data = output;
      if (next === null) return data;
      name = next;
    }
  }

  /** Enters a state; a failure that a Catch clause takes is an outcome. */
  private async visit(visit: Visit): Promise<Outcome> {
    try {
      return await this.enter(visit);
    } catch (error) {
      const stopped = stopOf(error, visit);
      visit.step.outcome = outcomeOf(stopped);
      if (!(stopped instanceof RunFailed)) throw stopped;
      const found = catchClauseOf(visit.state, stopped.failure.error);
      if (!found) throw stopped;
      return this.recover(visit, found, stopped);
    }
  }

  private async recover(
    visit: Visit,
    [index, clause]: [number, State],
    { failure: { error, cause } }: RunFailed,
  ): Promise<Outcome> {
    const errorOutput = { Error: error, Cause: cause };
    try {
      const output = await this.finish(visit, clause, `Catch[${index}]/`, { errorOutput });
      return { output, next: String(clause.Next) };
    } catch (failed) {
      throw stopOf(failed, visit);
    }
  }

  private enter(visit: Visit): Promise<Outcome> {
    switch (visit.state.Type) {
      case "Task":
        return this.task(visit);
      case "Map":
        return this.map(visit);
      case "Parallel":
        return this.parallel(visit);
      case "Choice":
        return this.choose(visit);
      case "Pass":
      case "Wait":
      case "Succeed":
        return this.pass(visit);
      case "Fail":
        return this.fail(visit);
      default:
        throw new NotFollowed(visit.name, `It has the type "${String(visit.state.Type)}".`);
    }
  }

  private async pass(visit: Visit): Promise<Outcome> {
    const { state } = visit;
    if (state.Seconds !== undefined) await this.fillAs(visit, "number", state.Seconds, "Seconds");
    if (state.Timestamp !== undefined)
      await this.fillAs(visit, "string", state.Timestamp, "Timestamp");
    return { output: await this.finish(visit), next: nextOf(state) };
  }

  private async fail(visit: Visit): Promise<never> {
    const { state, name } = visit;
    const text = (field: "Error" | "Cause") =>
      state[field] === undefined ? "" : this.fillAs(visit, "string", state[field], field);
    const [error, cause] = [await text("Error"), await text("Cause")];
    throw new RunFailed({ error: String(error), cause: String(cause), state: name });
  }

  private async choose(visit: Visit): Promise<Outcome> {
    const { state } = visit;
    const rules = Array.isArray(state.Choices) ? state.Choices.filter(isObject) : [];
    for (const [index, rule] of rules.entries()) {
      const field = `Choices[${index}]/Condition`;
      if (!(await this.fillAs(visit, "boolean", rule.Condition, field))) continue;
      const output = await this.finish(visit, rule, `Choices[${index}]/`);
      return { output, next: String(rule.Next) };
    }
    if (typeof state.Default === "string") {
      return { output: await this.finish(visit), next: state.Default };
    }
    const reason =
      "Failed to transition out of the state. The state does not point to a next state.";
    throw runtimeFailure("States.Runtime", reason, visit);
  }

  private async task(visit: Visit): Promise<Outcome> {
    const { state, input, name } = visit;
    const resource = String(state.Resource);
    const given =
      state.Arguments === undefined ? input : await this.fill(visit, state.Arguments, "Arguments");
    if (state.TimeoutSeconds !== undefined)
      await this.fillAs(visit, "number", state.TimeoutSeconds, "TimeoutSeconds");
    const call = taskCall(name, resource, given);
    if (call.kind === "other") {
      throw new NotFollowed(name, `It calls ${resource}, which only a run can do.`);
    }
    assertDataSize(given, call.kind === "read" ? "dynamodb" : "lambda", name);
    if (call.kind === "model") throw new ModelCalled(name, call.payload);
    const fault = keyFault(call.key);
    if (fault) {
      const reason = `The Parameters '${JSON.stringify(given)}' could not be used to start the Task: [${fault}]`;
      throw runtimeFailure("States.Runtime", reason, visit);
    }
    const result = await this.read(visit, call);
    assertDataSize(result, "dynamodb", name);
    return { output: await this.finish(visit, state, "", { result }), next: nextOf(state) };
  }

  private async read(visit: Visit, call: Extract<TaskCall, { kind: "read" }>): Promise<unknown> {
    const { name, step } = visit;
    const { table, key, isOptimised, attributes } = call;
    this.events += 3;
    this.reads += 1;
    step.read = { table, key, found: false };
    const reading = await this.execution.readItem(table, key);
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

  private async map(visit: Visit): Promise<Outcome> {
    const { state, name, input, variables } = visit;
    const processor = asDefinition(state.ItemProcessor ?? state.Iterator);
    if (!processor) throw new NotFollowed(name, "It has no inline processor.");
    const given = state.Items === undefined ? input : await this.fill(visit, state.Items, "Items");
    // The members of an object are items too.
    const items = isObject(given)
      ? Object.entries(given).map(([Key, Value]) => ({ Key, Value }))
      : requireType(given, "array", state.Items, "Items");
    const atOnce =
      state.MaxConcurrency === undefined
        ? 0
        : await this.fillAs(visit, "number", state.MaxConcurrency, "MaxConcurrency");
    const iterations = items.map((Value, Index) => async () => {
      const item = { Item: { Index, Value } };
      const within = { ...visit, item };
      const selected =
        state.ItemSelector === undefined
          ? Value
          : await this.fill(within, state.ItemSelector, "ItemSelector");
      return this.follow(processor, selected, { ...variables }, name, item);
    });
    const result = await this.parts(visit, iterations, atOnce || maxConcurrency);
    return { output: await this.finish(visit, state, "", { result }), next: nextOf(state) };
  }

  private async parallel(visit: Visit): Promise<Outcome> {
    const { state, input, variables, name, item } = visit;
    const branches = Array.isArray(state.Branches) ? state.Branches : [];
    const given =
      state.Arguments === undefined ? input : await this.fill(visit, state.Arguments, "Arguments");
    const parts = branches
      .flatMap((part) => asDefinition(part) ?? [])
      .map((branch) => () => this.follow(branch, given, { ...variables }, name, item));
    const result = await this.parts(visit, parts, parts.length);
    return { output: await this.finish(visit, state, "", { result }), next: nextOf(state) };
  }

  /** Follows iterations or branches, of which `atOnce` run together. */
  private async parts(
    visit: Visit,
    parts: readonly (() => Promise<unknown>)[],
    atOnce: number,
  ): Promise<unknown[]> {
    const followed: Part[] = [];
    for (const [index, part] of parts.entries()) {
      if (index >= atOnce && followed.some(({ stopped }) => stopped)) break;
      const [firstStep, readsBefore] = [this.steps.length, this.reads];
      const end = await part().then(
        (output) => ({ output, stopped: null }),
        (error: unknown) => ({ output: null, stopped: stopOf(error, visit) }),
      );
      const steps = this.steps.splice(firstStep);
      followed.push({ ...end, steps, reads: this.reads - readsBefore });
    }
    const { steps, stopped } = decideParts(followed);
    this.steps.push(...steps);
    if (stopped) throw stopped;
    return followed.map(({ output }) => output);
  }

  /** Evaluates `Assign` and `Output` of a state, or of its choice or catch clause. */
  private async finish(
    visit: Visit,
    clause: State = visit.state,
    path = "",
    more: { result?: unknown; errorOutput?: unknown } = {},
  ): Promise<unknown> {
    const { variables, step, input } = visit;
    const assigned: Variables = {};
    for (const [variable, template] of Object.entries(isObject(clause.Assign) ? clause.Assign : {}))
      assigned[variable] = await this.fill(visit, template, `${path}Assign/${variable}`, more);
    const untouched = "result" in more ? more.result : (more.errorOutput ?? input);
    const output =
      clause.Output === undefined
        ? untouched
        : await this.fill(visit, clause.Output, `${path}Output`, more);
    assertDataSize(output, visit.name, visit.name);
    Object.assign(variables, assigned);
    Object.assign(step.assigned, assigned);
    return output;
  }

  private async fillAs<Name extends "boolean" | "number" | "string">(
    visit: Visit,
    type: Name,
    template: unknown,
    field: string,
  ) {
    return requireType(await this.fill(visit, template, field), type, template, field);
  }

  private fill(visit: Visit, template: unknown, field: string, more: object = {}) {
    const { name, input, variables, item } = visit;
    const { machine, evaluate, input: Input } = this.execution;
    const context = {
      Execution: {
        Id: `${machine.arn.replace(":stateMachine:", ":execution:")}:preview`,
        Input,
        Name: "preview",
        RedriveCount: 0,
        RoleArn: "",
        StartTime: new Date().toISOString(),
      },
      State: { EnteredTime: new Date().toISOString(), Name: name, RetryCount: 0 },
      StateMachine: { Id: machine.arn, Name: machine.name },
      ...(item !== undefined && { Map: item }),
    };
    const states = { input, context, ...more };
    return fillTemplate(template, field, { ...variables, states }, evaluate);
  }
}

function nextOf(state: State): string | null {
  return typeof state.Next === "string" ? state.Next : null;
}

type Stopped = RunFailed | ModelCalled | NotFollowed;

/** How an error ends the visited state. @throws what isn't an end of a state */
function stopOf(error: unknown, visit: Visit): Stopped {
  if (error instanceof QueryFailure) {
    return runtimeFailure(queryEvaluationError, error.message, visit);
  }
  if (error instanceof ExpressionLimit) return new NotFollowed(visit.name, error.message);
  if (error instanceof RunFailed || error instanceof ModelCalled || error instanceof NotFollowed) {
    return error;
  }
  throw error;
}

function outcomeOf(stopped: Stopped): StateStep["outcome"] {
  if (stopped instanceof ModelCalled) return "called";
  return stopped instanceof RunFailed ? "failed" : "unknown";
}
