import type { JsonObject } from "../json";
import { type Definition, isJsonataOnly, parseDefinition } from "./definition";
import { StateFailure, type Stop, Stopped } from "./failure";
import { type Chain, History, payload } from "./history";
import type { Backends, Integrations } from "./integrations";
import { lastPosition, type Position } from "./redrive";
import { type Run, Scope } from "./run";
import { runGraph } from "./states";
import type { StepFunctionsStore, StoredExecution, StoredMachine } from "./store";

interface Running {
  stop(stop: Stop): void;
  history: History;
  ended: Promise<void>;
}

/** Runs executions and records their events. */
export class Executor {
  readonly #store: StepFunctionsStore;
  readonly #integrations: Integrations;
  readonly #cloudWatch: Backends["cloudWatch"];
  readonly #region: string;
  readonly #running = new Map<string, Running>();

  constructor(
    store: StepFunctionsStore,
    integrations: Integrations,
    cloudWatch: Backends["cloudWatch"],
    region: string,
  ) {
    this.#store = store;
    this.#integrations = integrations;
    this.#cloudWatch = cloudWatch;
    this.#region = region;
  }

  /** The events so far of an execution that runs in this process. */
  historyOf(arn: string): History | undefined {
    return this.#running.get(arn)?.history;
  }

  /** Resolves when the execution has ended, or immediately if it isn't running. */
  async ended(arn: string): Promise<void> {
    await this.#running.get(arn)?.ended;
  }

  /** Stops a running execution and waits until that is stored. */
  async stop(arn: string, stop: Stop): Promise<void> {
    this.#running.get(arn)?.stop(stop);
    await this.ended(arn);
  }

  async stopAll(cause: string): Promise<void> {
    const arns = [...this.#running.keys()];
    await Promise.all(arns.map((arn) => this.stop(arn, { status: "ABORTED", cause })));
  }

  /**
   * Stores a new execution and starts it.
   * @param clock milliseconds since 1970; a sample run's is in the past
   */
  async start(
    machine: StoredMachine,
    execution: StoredExecution,
    clock: () => number,
  ): Promise<void> {
    const history = new History(this.#store, execution.arn, clock);
    await this.#launch(execution, clock, history, (run, definition) => {
      const chain: Chain = { last: 0 };
      const input: unknown = JSON.parse(execution.input);
      history.add(chain, "ExecutionStarted", [
        "executionStartedEventDetails",
        { ...payload("input", input), roleArn: machine.role_arn, ...startedWith(execution) },
      ]);
      // The first state's previous event is 0, as on AWS.
      chain.last = 0;
      return outcomeOf(run, definition, input, chain);
    });
  }

  /** Continues an ended execution from the state in which it ended. */
  async redrive(execution: StoredExecution): Promise<void> {
    const before = await this.#store.events(execution.arn);
    const history = new History(this.#store, execution.arn, Date.now, before);
    await this.#launch(execution, Date.now, history, (run, definition) => {
      const chain: Chain = { last: before.length };
      const { redrive_count } = execution;
      history.add(chain, "ExecutionRedriven", [
        "executionRedrivenEventDetails",
        { redriveCount: redrive_count },
      ]);
      const at = lastPosition(definition, before) ?? undefined;
      return outcomeOf(run, definition, JSON.parse(execution.input), chain, at);
    });
  }

  async #launch(
    execution: StoredExecution,
    clock: () => number,
    history: History,
    begin: (run: Run, definition: Definition) => Promise<Outcome>,
  ): Promise<void> {
    const definition = parseDefinition(await this.#store.definition(execution.definition_id));
    await this.#store.saveExecution(execution);
    const controller = new AbortController();
    const run: Run = {
      history,
      integrations: this.#integrations,
      region: this.#region,
      clock,
      signal: controller.signal,
      context: contextOf(execution),
    };
    const stop = (reason: Stop) => controller.abort(new Stopped(reason));
    const ended = this.#run(run, definition, execution, stop, begin).finally(() =>
      this.#running.delete(execution.arn),
    );
    this.#running.set(execution.arn, { stop, history, ended });
    ended.catch((error: unknown) => console.error(`${execution.arn} failed:`, error));
  }

  async #run(
    run: Run,
    definition: Definition,
    execution: StoredExecution,
    stop: (reason: Stop) => void,
    begin: (run: Run, definition: Definition) => Promise<Outcome>,
  ): Promise<void> {
    const { history, clock } = run;
    const isRedrive = execution.redrive_count !== undefined;
    const metric = isRedrive ? "ExecutionsRedriven" : "ExecutionsStarted";
    const outcome = begin(run, definition);
    await this.#count(execution, metric, clock());
    const { TimeoutSeconds: seconds } = definition;
    const timer =
      seconds === undefined
        ? undefined
        : setTimeout(() => stop({ status: "TIMED_OUT" }), seconds * 1000);
    const { event, chain, ...fields } = await outcome;
    clearTimeout(timer);
    history.add(chain, ...event);
    await history.flush();
    const event_count = history.events.length;
    const ended = { ...execution, ...fields, stopped_at: clock(), event_count };
    const name = metricNames[ended.status] ?? "ExecutionsFailed";
    await this.#count(execution, isRedrive ? `Redriven${name}` : name, ended.stopped_at);
    await this.#measure(execution, "ExecutionTime", ended.stopped_at, {
      Value: ended.stopped_at - execution.started_at,
      Unit: "Milliseconds",
    });
    await this.#store.saveExecution(ended);
  }

  #count(execution: StoredExecution, name: string, at: number): Promise<void> {
    return this.#measure(execution, name, at, { Value: 1, Unit: "Count" });
  }

  #measure(
    { machine_arn, version_arn, alias_arn }: StoredExecution,
    MetricName: string,
    at: number,
    value: JsonObject,
  ): Promise<void> {
    const MetricData = [machine_arn, version_arn, alias_arn].flatMap((arn) => {
      const Dimensions = [{ Name: "StateMachineArn", Value: arn }];
      return arn ? [{ MetricName, Dimensions, Timestamp: at / 1000, ...value }] : [];
    });
    return this.#cloudWatch.backfill({ Namespace: "AWS/States", MetricData });
  }
}

const metricNames: Record<string, string> = {
  SUCCEEDED: "ExecutionsSucceeded",
  FAILED: "ExecutionsFailed",
  TIMED_OUT: "ExecutionsTimedOut",
  ABORTED: "ExecutionsAborted",
};

/** The version and the alias that an execution was started with. */
function startedWith({ version_arn, alias_arn }: StoredExecution): JsonObject {
  return {
    ...(alias_arn && { stateMachineAliasArn: alias_arn }),
    ...(version_arn && { stateMachineVersionArn: version_arn }),
  };
}

function contextOf(execution: StoredExecution): JsonObject {
  const { redrive_count = 0, redriven_at } = execution;
  return {
    Execution: {
      Id: execution.arn,
      Input: JSON.parse(execution.input),
      Name: execution.name,
      RoleArn: execution.role_arn,
      StartTime: new Date(execution.started_at).toISOString(),
      RedriveCount: redrive_count,
      ...(redriven_at !== undefined && { RedriveTime: new Date(redriven_at).toISOString() }),
    },
    StateMachine: { Id: execution.machine_arn, Name: execution.machine_name },
  };
}

type Ending = Partial<StoredExecution> & {
  status: StoredExecution["status"];
  event: [type: string, details: [member: string, value: JsonObject]];
};

/** How an execution ended, and the chain to which its last event belongs. */
type Outcome = Ending & { chain: Chain };

async function outcomeOf(
  run: Run,
  definition: Definition,
  input: unknown,
  chain: Chain,
  at?: Position,
): Promise<Outcome> {
  return { ...(await endingOf(run, definition, input, chain, at)), chain };
}

async function endingOf(
  run: Run,
  definition: Definition,
  input: unknown,
  chain: Chain,
  at: Position | undefined,
): Promise<Ending> {
  try {
    if (!isJsonataOnly(definition))
      throw new StateFailure(
        "States.Runtime",
        "This state machine uses JSONPath. The local Step Functions runs only state machines whose QueryLanguage is JSONata.",
      );
    const scope = new Scope(null, undefined, at?.variables);
    const output = await runGraph(run, definition, input, scope, chain, at);
    return {
      status: "SUCCEEDED",
      output: JSON.stringify(output),
      event: ["ExecutionSucceeded", ["executionSucceededEventDetails", payload("output", output)]],
    };
  } catch (error) {
    if (error instanceof Stopped) return stopped(error.stop);
    if (error instanceof StateFailure) return failed(error.error, error.cause);
    console.error("The local Step Functions failed:", error);
    return failed("States.Runtime", "The local Step Functions failed.");
  }
}

function failed(error: string, cause: string | undefined): Ending {
  const fields = { error, ...(cause !== undefined && { cause }) };
  return {
    status: "FAILED",
    ...fields,
    event: ["ExecutionFailed", ["executionFailedEventDetails", fields]],
  };
}

/** `States.Timeout` appears only in the event, as on AWS. */
function stopped({ status, error, cause }: Stop): Ending {
  const fields = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
  if (status === "TIMED_OUT")
    return {
      status,
      event: ["ExecutionTimedOut", ["executionTimedOutEventDetails", { error: "States.Timeout" }]],
    };
  return {
    status,
    ...fields,
    event: ["ExecutionAborted", ["executionAbortedEventDetails", fields]],
  };
}
