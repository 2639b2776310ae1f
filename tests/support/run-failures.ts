import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  type SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";

export type Failure = { error: string; cause: string; state: string | null };
/** Runs the machine over the wire, to its end. */
export async function execute(
  sfn: SFNClient,
  stateMachineArn: string,
  request: object = { messages: [{ role: "user", content: "Hello" }] },
): Promise<DescribeExecutionCommandOutput> {
  const input = JSON.stringify(request);
  const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
  for (;;) {
    const run = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    if (run.status !== "RUNNING") return run;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** How the run itself ended: null for a success. */
export async function failureOf(
  sfn: SFNClient,
  run: DescribeExecutionCommandOutput,
): Promise<Failure | null> {
  if (run.status === "SUCCEEDED") return null;
  const { executionArn, cause = "" } = run;
  const { events = [] } = await sfn.send(
    new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }),
  );
  // AWS says that the time was over in the last event only.
  const timedOut = events.at(-1)?.executionTimedOutEventDetails?.error;
  return { error: run.error ?? timedOut ?? "", cause, state: failedState(events) };
}

const failures = ["EvaluationFailed", "TaskFailed", "LambdaFunctionFailed"];

/** The state that ended the run: the one before its last event, inside a Parallel the one that failed. */
function failedState(events: HistoryEvent[]): string | null {
  const byId = new Map(events.map((event) => [event.id, event]));
  const stateOf = (event: HistoryEvent | undefined) => {
    let at = event;
    while (at && !at.stateEnteredEventDetails) at = byId.get(at.previousEventId);
    return at;
  };
  const last = stateOf(events.at(-1));
  const failed =
    last?.type === "ParallelStateEntered"
      ? stateOf(events.find(({ type = "" }) => failures.includes(type)))
      : last;
  return failed?.stateEnteredEventDetails?.name ?? null;
}

/** Without what only a run has: event IDs, and the body of a provider's refusal. */
export function comparable(failure: Failure | null) {
  if (!failure) return null;
  const { error, cause, state } = failure;
  const message = callerMessage(cause);
  if (message !== null) {
    const known = message.replace(
      /^(Provider API error: \S+ returned [^:]+: |AWS SDK error: |JSON serialization error: ).*/s,
      "$1",
    );
    return { error: "caller", cause: known, state };
  }
  return {
    error,
    cause: cause.replace(/#\d+/, "#N").replace(/ \(Service: .*/s, ""),
    state,
  };
}

function callerMessage(cause: string): string | null {
  if (!cause.startsWith("{")) return null;
  return String(JSON.parse(cause).errorMessage);
}
