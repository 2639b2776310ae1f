import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";

const signals = new AsyncLocalStorage<AbortSignal>();

/** Runs work whose AWS calls end, with an AbortError, when the signal aborts. */
export function withSignal<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  return signals.run(signal, run);
}

/** As above, for this many milliseconds, independent of the caller's deadline. */
export function withDeadline<T>(ms: number, run: () => Promise<T>): Promise<T> {
  return withSignal(AbortSignal.timeout(ms), run);
}

/** What ends the AWS calls of the present work; undefined if nothing does. */
export function callSignal(): AbortSignal | undefined {
  return signals.getStore();
}
