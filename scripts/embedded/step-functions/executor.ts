import type { JsonObject } from "../json";
import { type Definition, isJsonataOnly, parseDefinition } from "./definition";
import { StateFailure, type Stop, Stopped } from "./failure";
import { type Chain, History, payload } from "./history";
import type { Backends, Integrations } from "./integrations";
import { type Run, Scope } from "./run";
import { runGraph } from "./states";
import type { StepFunctionsStore, StoredExecution, StoredMachine } from "./store";

interface Running {
  stop(stop: Stop): void;
  history: History;
  ended: Promise<void>;
}

/** Runs executions and records how they went. */
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

  /** Resolves when the execution has ended; at once if it isn't running. */
  async ended(arn: string): Promise<void> {
    await this.#running.get(arn)?.ended;
  }

  /** Ends a running execution and waits until that is stored. */
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
    const definition = parseDefinition(await this.#store.definition(execution.definition_id));
    const history = new History(this.#store, execution.arn, clock);
    await this.#store.saveExecution(execution);
    const controller = new AbortController();
    const run: Run = {
      history,
      integrations: this.#integrations,
      region: this.#region,
      clock,
      signal: controller.signal,
      context: contextOf(machine, execution),
    };
    const stop = (reason: Stop) => controller.abort(new Stopped(reason));
    const ended = this.#run(run, definition, execution, stop).finally(() =>
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
  ): Promise<void> {
    const { history, clock } = run;
    const input: unknown = JSON.parse(execution.input);
    const chain: Chain = { last: 0 };
    history.add(chain, "ExecutionStarted", [
      "executionStartedEventDetails",
      { ...payload("input", input), roleArn: execution.role_arn },
    ]);
    // The first state's previous event is 0, as on AWS.
    chain.last = 0;
    await this.#count(execution, "ExecutionsStarted", clock());
    const { TimeoutSeconds: seconds } = definition;
    const timer =
      seconds === undefined
        ? undefined
        : setTimeout(() => stop({ status: "TIMED_OUT" }), seconds * 1000);
    const result = await outcomeOf(run, definition, input, chain);
    clearTimeout(timer);
    const { event, ...fields } = result;
    history.add(chain, ...event);
    await history.flush();
    const event_count = history.events.length;
    const ended = { ...execution, ...fields, stopped_at: clock(), event_count };
    await this.#count(execution, metricNames[ended.status] ?? "ExecutionsFailed", ended.stopped_at);
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
    { machine_arn }: StoredExecution,
    MetricName: string,
    at: number,
    value: JsonObject,
  ): Promise<void> {
    const Dimensions = [{ Name: "StateMachineArn", Value: machine_arn }];
    const datum = { MetricName, Dimensions, Timestamp: at / 1000, ...value };
    return this.#cloudWatch.backfill({ Namespace: "AWS/States", MetricData: [datum] });
  }
}

const metricNames: Record<string, string> = {
  SUCCEEDED: "ExecutionsSucceeded",
  FAILED: "ExecutionsFailed",
  TIMED_OUT: "ExecutionsTimedOut",
  ABORTED: "ExecutionsAborted",
};

function contextOf(machine: StoredMachine, execution: StoredExecution): JsonObject {
  return {
    Execution: {
      Id: execution.arn,
      Input: JSON.parse(execution.input),
      Name: execution.name,
      RoleArn: execution.role_arn,
      StartTime: new Date(execution.started_at).toISOString(),
      RedriveCount: 0,
    },
    StateMachine: { Id: machine.arn, Name: machine.name },
  };
}

type Outcome = Partial<StoredExecution> & {
  status: StoredExecution["status"];
  event: [type: string, details: [member: string, value: JsonObject]];
};

async function outcomeOf(
  run: Run,
  definition: Definition,
  input: unknown,
  chain: Chain,
): Promise<Outcome> {
  try {
    if (!isJsonataOnly(definition))
      throw new StateFailure(
        "States.Runtime",
        "This state machine uses JSONPath. The local Step Functions runs only state machines whose QueryLanguage is JSONata.",
      );
    const output = await runGraph(run, definition, input, new Scope(null), chain);
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

function failed(error: string, cause: string | undefined): Outcome {
  const fields = { error, ...(cause !== undefined && { cause }) };
  return {
    status: "FAILED",
    ...fields,
    event: ["ExecutionFailed", ["executionFailedEventDetails", fields]],
  };
}

/** `States.Timeout` stands only in the event, as on AWS. */
function stopped({ status, error, cause }: Stop): Outcome {
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
