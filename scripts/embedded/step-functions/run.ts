import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject } from "../json";
import type { State, StateGraph } from "./definition";
import type { Bindings } from "./expressions";
import { StateFailure, Stopped } from "./failure";
import type { Chain, History } from "./history";
import type { Integrations } from "./integrations";
import type { Position } from "./redrive";

/** AWS's limit for inputs, outputs and results, in bytes of UTF-8. */
const maxPayloadBytes = 262_144;

/** The data that the states of one execution share. */
export interface Run {
  history: History;
  integrations: Integrations;
  region: string;
  /** Milliseconds since 1970; sample runs have theirs in the past. */
  clock: () => number;
  /** Aborted with a Stopped. */
  signal: AbortSignal;
  /** The members of `$states.context` that don't change. */
  context: JsonObject;
}

/** Variables of a graph; an iteration or branch sees its parent's and assigns only its own. */
export class Scope {
  readonly #own: JsonObject;
  readonly #parent: Scope | null;
  /** `Map` in `$states.context`, inside an iteration. */
  readonly mapItem: JsonObject | undefined;

  constructor(parent: Scope | null, mapItem?: JsonObject, own: JsonObject = {}) {
    this.#own = { ...own };
    this.#parent = parent;
    this.mapItem = mapItem ?? parent?.mapItem;
  }

  get all(): JsonObject {
    return { ...this.#parent?.all, ...this.#own };
  }

  assign(values: JsonObject): void {
    Object.assign(this.#own, values);
  }
}

export function assertRunning({ signal }: Run): void {
  if (signal.aborted) throw signal.reason;
}

/** The longest delay that a timer supports, in milliseconds. */
const maxDelay = 2 ** 31 - 1;

/** Waits, unless the execution is stopped in the meantime. */
export async function pause(run: Run, ms: number): Promise<void> {
  for (let left = ms; ; left -= maxDelay) {
    assertRunning(run);
    const next = Math.min(left, maxDelay);
    await orStopped(run, (signal) => delay(next, undefined, { signal }));
    if (left <= maxDelay) return;
  }
}

/** The result of a task, or a Stopped as soon as the execution is stopped. */
export async function orStopped<T>(
  { signal }: Pick<Run, "signal">,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let onAbort = () => {};
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
  });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([task(signal), stopped]);
  } catch (error) {
    throw signal.aborted && signal.reason instanceof Stopped ? signal.reason : error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Throws States.DataLimitExceeded for data over AWS's limit of 256 KiB.
 * @param subject the state's name, or for a task's data its resource type, such as `lambda`
 */
export function assertSize(value: unknown, subject: string): void {
  if (Buffer.byteLength(JSON.stringify(value)) <= maxPayloadBytes) return;
  throw new StateFailure(
    "States.DataLimitExceeded",
    `The state/task '${subject}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}

/** One state of one execution while it runs. */
export interface Frame {
  run: Run;
  name: string;
  state: State;
  input: unknown;
  scope: Scope;
  chain: Chain;
  /** The id of its StateEntered event. */
  enteredId: number;
  enteredAt: number;
  retryCount: number;
}

/** Runs a graph's states to its end, from its start or from `at`. @returns the last state's output */
export type RunGraph = (
  run: Run,
  graph: StateGraph,
  input: unknown,
  scope: Scope,
  chain: Chain,
  at?: Position,
) => Promise<unknown>;

/** The variables of the frame's expressions. `extra` has `result` or `errorOutput`. */
export function bindingsOf(frame: Frame, extra: JsonObject = {}): Bindings {
  const { run, name, input, scope, enteredAt, retryCount } = frame;
  const context = {
    ...run.context,
    State: { Name: name, EnteredTime: new Date(enteredAt).toISOString(), RetryCount: retryCount },
    ...(scope.mapItem && { Map: { Item: scope.mapItem } }),
  };
  return { ...scope.all, states: { input, context, ...extra } };
}
