import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";

const signals = new AsyncLocalStorage<AbortSignal>();

/** Runs work whose AWS calls end with an AbortError when the signal aborts. */
export function withSignal<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
  return signals.run(signal, run);
}

/** As above, with a deadline in milliseconds that is independent of the caller's. */
export function withDeadline<T>(ms: number, run: () => Promise<T>): Promise<T> {
  return withSignal(AbortSignal.timeout(ms), run);
}

/** The signal that ends the AWS calls of the current work; undefined if there is none. */
export function callSignal(): AbortSignal | undefined {
  return signals.getStore();
}
