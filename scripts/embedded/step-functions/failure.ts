/** Ends a state, and its execution unless a Retry or Catch handles it. */
export class StateFailure extends Error {
  constructor(
    readonly error: string,
    override readonly cause: string | undefined,
  ) {
    super(error);
  }
}

/** The failure of a Lambda function: its error type, and AWS's JSON of type and message. */
export function lambdaFailure(errorType: string, errorMessage: string): StateFailure {
  return new StateFailure(errorType, JSON.stringify({ errorType, errorMessage }));
}

/** A failure detected by the engine itself. Its cause gets the state's name and event ID. */
export class RuntimeFailure extends Error {
  constructor(
    readonly error: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** An expression that failed, with its field's place in the state such as `Assign/llm_config`. */
export class EvaluationFailure extends RuntimeFailure {
  constructor(
    source: string,
    readonly location: string,
    what: string,
  ) {
    super(
      "States.QueryEvaluationError",
      `The JSONata expression '${source}' specified for the field '${location}' ${what}`,
    );
  }
}

/** Why an execution is ended from outside. */
export interface Stop {
  status: "ABORTED" | "TIMED_OUT";
  error?: string;
  cause?: string;
}

/** Unwinds a stopped execution; no Retry or Catch handles it. */
export class Stopped extends Error {
  constructor(readonly stop: Stop) {
    super("The execution was stopped.");
  }
}
