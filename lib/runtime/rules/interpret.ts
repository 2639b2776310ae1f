import type { RunFailure } from "@/lib/runtime/schema";
import { asDefinition, type Definition, isObject, type State } from "./definition";
import { queryEvaluationError } from "./run-failures";
import {
  type Evaluate,
  ExpressionLimit,
  fillTemplate,
  QueryFailure,
  requireType,
} from "./template";

/** A row as DynamoDB's own JSON writes it. */
export type Item = Record<string, unknown>;

/** What a GetItem answers: the row, no row, a refusal by DynamoDB, or why it can't be made here. */
export type ItemReading =
  | { item: Item | null }
  | { refused: { error: string; cause: string } }
  | { unknown: string };

export type ReadItem = (table: string, key: Item) => Promise<ItemReading>;

export type StateStep = {
  state: string;
  /** The Map or Parallel state around it; null at the top. */
  parent: string | null;
  type: string;
  outcome: "passed" | "failed" | "unknown" | "called";
  /** The variables that it assigned. */
  assigned: Record<string, unknown>;
  read: { table: string; key: Item; found: boolean } | null;
};

/** A run up to its first model call. */
export type Interpretation = {
  steps: StateStep[];
  end:
    | { kind: "called"; state: string; payload: unknown }
    | { kind: "failed"; failure: RunFailure }
    /** What follows `state` can't be known here. */
    | { kind: "unknown"; state: string | null; why: string };
};

type Execution = {
  input: unknown;
  evaluate: Evaluate;
  readItem: ReadItem;
  /** The machine's name and ARN, as `$states.context` has them. */
  machine: { name: string; arn: string };
};

class RunFailed extends Error {
  constructor(readonly failure: RunFailure) {
    super(failure.cause);
  }
}
class NotFollowed extends Error {
  constructor(
    readonly state: string,
    readonly why: string,
  ) {
    super(why);
  }
}
class ModelCalled extends Error {
  constructor(
    readonly state: string,
    readonly payload: unknown,
  ) {
    super(state);
  }
}

/** Guards against a machine that goes round in circles before it calls a model. */
const maxStates = 500;
/** Step Functions' limit for the data of a state, in bytes. */
const maxDataBytes = 262_144;

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
      if (JSON.stringify(output ?? null).length > maxDataBytes) {
        step.outcome = "failed";
        const cause = `The state/task '${name}' returned a result with a size exceeding the maximum number of bytes service limit.`;
        throw new RunFailed({ error: "States.DataLimitExceeded", cause, state: name });
      }
      data = output;
      if (next === null) return data;
      name = next;
    }
  }

  private async visit(visit: Visit): Promise<{ output: unknown; next: string | null }> {
    const { name, state, step } = visit;
    try {
      return await this.enter(visit);
    } catch (stopped) {
      if (stopped instanceof ModelCalled) step.outcome = "called";
      else if (stopped instanceof NotFollowed) step.outcome = "unknown";
      else if (stopped instanceof ExpressionLimit) {
        step.outcome = "unknown";
        throw new NotFollowed(name, stopped.message);
      }
      const failed = this.failureOf(stopped, visit);
      if (!failed) throw stopped;
      step.outcome = "failed";
      const clause = catcherOf(state, failed.failure.error);
      if (!clause) throw failed;
      return this.recover(visit, clause, failed.failure);
    }
  }

  private failureOf(stopped: unknown, { name, entered }: Visit): RunFailed | null {
    if (stopped instanceof RunFailed) return stopped;
    if (!(stopped instanceof QueryFailure)) return null;
    const place = `An error occurred while executing the state '${name}' (entered at the event id #${entered}). `;
    const cause = `${place}${stopped.message}`;
    return new RunFailed({ error: queryEvaluationError, cause, state: name });
  }

  private async recover(
    visit: Visit,
    [index, clause]: [number, State],
    { error, cause }: RunFailure,
  ) {
    const errorOutput = { Error: error, Cause: cause };
    const output = await this.finish(visit, clause, `Catch[${index}]/`, { errorOutput });
    return {
      output: clause.Output === undefined ? errorOutput : output,
      next: String(clause.Next),
    };
  }

  private enter(visit: Visit): Promise<{ output: unknown; next: string | null }> {
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

  private async pass(visit: Visit) {
    return { output: await this.finish(visit), next: nextOf(visit.state) };
  }

  private async fail(visit: Visit): Promise<never> {
    const { state, name, step } = visit;
    const error = await this.fill(visit, state.Error ?? "", "Error");
    const cause = await this.fill(visit, state.Cause ?? "", "Cause");
    step.outcome = "failed";
    throw new RunFailed({ error: String(error), cause: String(cause), state: name });
  }

  private async choose(visit: Visit) {
    const { state, name } = visit;
    const rules = Array.isArray(state.Choices) ? state.Choices.filter(isObject) : [];
    for (const [index, rule] of rules.entries()) {
      const field = `Choices[${index}]/Condition`;
      const condition = await this.fill(visit, rule.Condition, field);
      if (!requireType(condition, "boolean", isBoolean, rule.Condition, field)) continue;
      const output = await this.finish(visit, rule, `Choices[${index}]/`);
      return { output, next: String(rule.Next) };
    }
    if (typeof state.Default === "string") {
      return { output: await this.finish(visit), next: state.Default };
    }
    const cause = `An error occurred while executing the state '${name}' (entered at the event id #${visit.entered}). Failed to transition out of the state. The state does not point to a next state.`;
    throw new RunFailed({ error: "States.NoChoiceMatched", cause, state: name });
  }

  private async task(visit: Visit) {
    const { state, input, name } = visit;
    const resource = String(state.Resource);
    const given =
      state.Arguments === undefined ? input : await this.fill(visit, state.Arguments, "Arguments");
    if (/:(aws-sdk:)?dynamodb:getItem$/i.test(resource)) {
      const result = await this.read(visit, given);
      return { output: await this.finish(visit, visit.state, "", { result }), next: nextOf(state) };
    }
    const payload = /:lambda:invoke/.test(resource) && isObject(given) ? given.Payload : given;
    if (/:lambda:/.test(resource) && isModelCall(payload)) throw new ModelCalled(name, payload);
    throw new NotFollowed(name, `It calls ${resource}, which only a run can do.`);
  }

  private async read(visit: Visit, given: unknown): Promise<unknown> {
    const { name, step } = visit;
    const { TableName, Key } = isObject(given) ? given : {};
    if (typeof TableName !== "string" || !isObject(Key)) {
      throw new NotFollowed(name, "Its GetItem names no table or no key.");
    }
    this.events += 3;
    step.read = { table: TableName, key: Key, found: false };
    const reading = await this.execution.readItem(TableName, Key);
    if ("unknown" in reading) throw new NotFollowed(name, reading.unknown);
    if ("refused" in reading) throw new RunFailed({ ...reading.refused, state: name });
    step.read.found = reading.item !== null;
    return reading.item === null ? {} : { Item: reading.item };
  }

  private async map(visit: Visit) {
    const { state, name, input, variables, step } = visit;
    const processor = asDefinition(state.ItemProcessor);
    if (!processor) throw new NotFollowed(name, "It has no inline processor.");
    const given = state.Items === undefined ? input : await this.fill(visit, state.Items, "Items");
    // The members of an object are items too.
    const items = isObject(given)
      ? Object.entries(given).map(([Key, Value]) => ({ Key, Value }))
      : requireType(given, "array", isArray, state.Items, "Items");
    this.events += 1;
    const result: unknown[] = [];
    for (const [Index, Value] of items.entries()) {
      const item = { Item: { Index, Value } };
      this.events += 1;
      const selected =
        state.ItemSelector === undefined
          ? Value
          : await this.fill({ ...visit, item }, state.ItemSelector, "ItemSelector");
      result.push(await this.follow(processor, selected, { ...variables }, step.state, item));
      this.events += 1;
    }
    this.events += 1;
    return { output: await this.finish(visit, state, "", { result }), next: nextOf(state) };
  }

  private async parallel(visit: Visit) {
    const { state, input, variables, step } = visit;
    const branches = Array.isArray(state.Branches) ? state.Branches : [];
    const given =
      state.Arguments === undefined ? input : await this.fill(visit, state.Arguments, "Arguments");
    const result: unknown[] = [];
    for (const branch of branches.flatMap((part) => asDefinition(part) ?? [])) {
      result.push(await this.follow(branch, given, { ...variables }, step.state, visit.item));
    }
    return { output: await this.finish(visit, state, "", { result }), next: nextOf(state) };
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
    const output =
      clause.Output === undefined
        ? "result" in more
          ? more.result
          : input
        : await this.fill(visit, clause.Output, `${path}Output`, more);
    Object.assign(variables, assigned);
    Object.assign(step.assigned, assigned);
    return output;
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

const isBoolean = (value: unknown) => typeof value === "boolean";
const isArray = (value: unknown): value is unknown[] => Array.isArray(value);

function nextOf(state: State): string | null {
  return typeof state.Next === "string" ? state.Next : null;
}

/** The first `Catch` clause of a state that takes the error, with its index. */
function catcherOf(state: State, error: string): [number, State] | null {
  const clauses = Array.isArray(state.Catch) ? state.Catch.filter(isObject) : [];
  const uncaught = ["States.DataLimitExceeded", "States.Runtime"];
  const index = clauses.findIndex(({ ErrorEquals }) => {
    const names: unknown[] = Array.isArray(ErrorEquals) ? ErrorEquals : [];
    return names.includes(error) || (names.includes("States.ALL") && !uncaught.includes(error));
  });
  const clause = clauses[index];
  return clause ? [index, clause] : null;
}

/** Whether a Lambda function's input is that of an LLM caller, unified or older. */
export function isModelCall(payload: unknown): payload is Record<string, unknown> {
  if (!isObject(payload)) return false;
  if ("provider_config" in payload) return true;
  return "messages" in payload && ("model_id" in payload || "model" in payload);
}
