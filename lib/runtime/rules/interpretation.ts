import type { RunFailure } from "@/lib/runtime/schema";

/** A row in DynamoDB's own JSON. */
export type Item = Record<string, unknown>;

/**
 * The result of a GetItem: the row, no row, a refusal by DynamoDB, or why it can't be sent from
 * here.
 */
export type ItemReading =
  | { item: Item | null }
  | { refused: { error: string; cause: string } }
  | { unknown: string };

export type ReadItem = (table: string, key: Item) => Promise<ItemReading>;

export type StateStep = {
  state: string;
  /** The enclosing Map or Parallel state; null at the top level. */
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
    /** What happens after `state` can't be known here. */
    | { kind: "unknown"; state: string | null; reason: string };
};

/** Ends a run as Step Functions would, unless a Catch clause handles it. */
export class RunFailed extends Error {
  constructor(readonly failure: RunFailure) {
    super(failure.cause);
  }
}

/** The machine's timeout was reached, which no Catch clause handles. */
export class RunTimedOut extends RunFailed {
  constructor(state: string) {
    super({ error: "States.Timeout", cause: "", state });
  }
}

/** The run can't be followed any further. */
export class NotFollowed extends Error {
  constructor(
    readonly state: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** The run reached the model call. */
export class ModelCalled extends Error {
  constructor(
    readonly state: string,
    readonly payload: unknown,
  ) {
    super(state);
  }
}

/** A failure reported by Step Functions itself, whose cause names the state. */
export function runtimeFailure(
  error: string,
  reason: string,
  { name, entered }: { name: string; entered: number },
): RunFailed {
  const cause = `An error occurred while executing the state '${name}' (entered at the event id #${entered}). ${reason}`;
  return new RunFailed({ error, cause, state: name });
}

/** Step Functions' limit for inputs, outputs and results, in bytes of UTF-8. */
const maxDataBytes = 262_144;

/**
 * @param subject the state, or for a task's data the called service
 * @throws RunFailed with States.DataLimitExceeded
 */
export function assertDataSize(value: unknown, subject: string, state: string): void {
  const bytes = new TextEncoder().encode(JSON.stringify(value ?? null)).length;
  if (bytes <= maxDataBytes) return;
  const cause = `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`;
  throw new RunFailed({ error: "States.DataLimitExceeded", cause, state });
}
