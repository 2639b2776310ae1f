import { catchClauseOf } from "./catch-clause";
import { type Definition, isObject, type State } from "./definition";
import {
  type Execution,
  enterState,
  type Follower,
  type Outcome,
  type Stopped,
  stopOf,
  type Variables,
  type Visit,
} from "./follow-state";
import {
  assertDataSize,
  type Interpretation,
  ModelCalled,
  NotFollowed,
  RunFailed,
  RunTimedOut,
  type StateStep,
} from "./interpretation";
import { fillTemplate, requireType, type TypeNames } from "./template";

/** Guards against a machine that loops before it calls a model. */
const maxStates = 500;

/**
 * Follows a definition from its start to its first model call. Reads only rows; at any other Task
 * the run can't be followed further.
 */
export async function interpret(
  definition: Definition,
  execution: Execution,
): Promise<Interpretation> {
  const run = new Run(execution, definition);
  try {
    await run.follow(definition, execution.input, {}, null);
    const reason = "The machine ends before it calls a model.";
    return { steps: run.steps, end: { kind: "unknown", state: null, reason } };
  } catch (stopped) {
    if (stopped instanceof ModelCalled) {
      const { state, payload } = stopped;
      return { steps: run.steps, end: { kind: "called", state, payload } };
    }
    if (stopped instanceof RunFailed) {
      return { steps: run.steps, end: { kind: "failed", failure: stopped.failure } };
    }
    if (stopped instanceof NotFollowed) {
      const { state, reason } = stopped;
      return { steps: run.steps, end: { kind: "unknown", state, reason } };
    }
    throw stopped;
  }
}

/** Members that only the outermost definition has. */
type Machine = Definition & { TimeoutSeconds?: unknown; QueryLanguage?: unknown };

class Run implements Follower {
  readonly steps: StateStep[] = [];
  private visits = 0;
  reads = 0;
  /** The ID of the last event of the history; `ExecutionStarted` is the first. */
  events = 1;
  waited = 0;
  private called = false;

  constructor(
    readonly execution: Execution,
    private readonly machine: Machine,
  ) {}

  call(state: string, payload: unknown): ModelCalled | RunFailed {
    const { callFails } = this.execution;
    if (!callFails || this.called) return new ModelCalled(state, payload);
    this.called = true;
    return new RunFailed({ ...callFails, state });
  }

  wait(seconds: number, state: string): void {
    this.waited += Math.max(0, seconds || 0);
    const { TimeoutSeconds } = this.machine;
    if (typeof TimeoutSeconds === "number" && this.waited > TimeoutSeconds) {
      throw new RunTimedOut(state);
    }
  }

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
      if ((state.QueryLanguage ?? this.machine.QueryLanguage) !== "JSONata") {
        throw new NotFollowed(name, "It is written in JSONPath.");
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

  /** Enters a state. A failure that a Catch clause handles is an outcome. */
  private async visit(visit: Visit): Promise<Outcome> {
    try {
      return await enterState(this, visit);
    } catch (error) {
      const stopped = stopOf(error, visit);
      visit.step.outcome = outcomeOf(stopped);
      if (!(stopped instanceof RunFailed) || stopped instanceof RunTimedOut) throw stopped;
      const match = catchClauseOf(visit.state, stopped.failure.error);
      if (!match) throw stopped;
      return this.recover(visit, match, stopped);
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

  /** Evaluates `Assign` and `Output` of a state, or of its choice or catch clause. */
  async finish(
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

  async fillAs<Name extends keyof TypeNames>(
    visit: Visit,
    type: Name,
    template: unknown,
    field: string,
  ) {
    return requireType(await this.fill(visit, template, field), type, template, field);
  }

  fill(visit: Visit, template: unknown, field: string, more: object = {}) {
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

function outcomeOf(stopped: Stopped): StateStep["outcome"] {
  if (stopped instanceof ModelCalled) return "called";
  return stopped instanceof RunFailed ? "failed" : "unknown";
}
