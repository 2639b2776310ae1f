import "server-only";
import { explain, refuseKey } from "@/lib/providers/errors";
import {
  type Connection,
  type ProviderCall,
  type ProviderEvent,
  WireError,
} from "@/lib/providers/provider";
import { keyRemover } from "@/lib/providers/redact";
import { connectionTo, registry } from "@/lib/providers/registry";
import type { ProviderId } from "@/lib/providers/schema";
import { openWire } from "@/lib/providers/wire";

/**
 * Asks one model one question with this key and no other identity. Nothing is sent before the first
 * `next()`; nothing is retried. The call ends, and its connection closes, when the answer is complete,
 * when the iterator is returned (also while a `next()` is pending), when `signal` aborts, or when
 * the connection's `timeoutMs` (COMPLETION_TIMEOUT_MS) is over.
 * @throws ProviderFailure with cause and fix for every failure; the reason of `signal` when it aborted.
 */
export function complete(
  provider: ProviderId,
  call: ProviderCall,
  apiKey: string,
  signal: AbortSignal,
  connection: Connection = connectionTo(provider),
): AsyncGenerator<ProviderEvent, void> {
  const abandoned = new AbortController();
  const events = answer({
    provider,
    call,
    apiKey,
    signal,
    connection,
    abandoned: abandoned.signal,
  });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => events.next(),
    // A generator queues `return` behind a pending `next`; the connection must close at once.
    return: () => {
      abandoned.abort();
      return events.return();
    },
    throw: (error: unknown) => {
      abandoned.abort();
      return events.throw(error);
    },
  };
}

type Question = {
  provider: ProviderId;
  call: ProviderCall;
  apiKey: string;
  signal: AbortSignal;
  connection: Connection;
  abandoned: AbortSignal;
};

async function* answer(question: Question): AsyncGenerator<ProviderEvent, void> {
  const { provider, call, apiKey, signal, connection, abandoned } = question;
  signal.throwIfAborted();
  refuseKey(provider, apiKey);
  const { adapter, identity } = registry[provider];
  const stop = stopWatch(connection.timeoutMs, [signal, abandoned]);
  const wire = openWire(connection, identity(apiKey), stop.signal);
  try {
    for await (const part of untilStopped(adapter(call, wire), stop.signal)) {
      yield part.type === "end" ? { ...part, simulated: wire.exchange.simulated } : part;
    }
  } catch (error) {
    if (abandoned.aborted) return;
    signal.throwIfAborted();
    if (!wire.exchange.sent && isOwnFault(error)) throw error;
    const trouble = stop.signal.aborted ? stop.signal.reason : error;
    throw explain(trouble, { provider, call, wire, removeKey: keyRemover(apiKey) });
  } finally {
    stop.end();
  }
}

/** A library that is not installed or a slip of ours is no answer of a provider: it stays what it is. */
function isOwnFault(error: unknown): boolean {
  const isMissing =
    error instanceof Error && "code" in error && /MODULE_NOT_FOUND/.test(String(error.code));
  return isMissing || error instanceof TypeError || error instanceof ReferenceError;
}

/** One signal out of the caller's, the consumer's and the deadline; `end` leaves no listener or timer. */
function stopWatch(timeoutMs: number, signals: AbortSignal[]) {
  const controller = new AbortController();
  const timedOut = new WireError({ kind: "network", code: "DEADLINE" });
  const stop = () => end();
  const timer = setTimeout(() => end(timedOut), timeoutMs);
  for (const signal of signals) signal.addEventListener("abort", stop);
  function end(reason?: unknown): void {
    clearTimeout(timer);
    for (const signal of signals) signal.removeEventListener("abort", stop);
    controller.abort(reason);
  }
  if (signals.some((signal) => signal.aborted)) end();
  return { signal: controller.signal, end: () => end() };
}

/** SDKs differ in when they notice an abort, and some end quietly: here it always throws, at once. */
async function* untilStopped<Part>(
  parts: AsyncGenerator<Part, void>,
  signal: AbortSignal,
): AsyncGenerator<Part, void> {
  let stopped: () => void = () => {};
  const abort = new Promise<never>((_, reject) => {
    stopped = () => reject(signal.reason);
  });
  abort.catch(() => {});
  signal.addEventListener("abort", stopped);
  try {
    while (true) {
      signal.throwIfAborted();
      const step = await Promise.race([parts.next(), abort]);
      signal.throwIfAborted();
      if (step.done) return;
      yield step.value;
    }
  } finally {
    signal.removeEventListener("abort", stopped);
    parts.return().catch(() => {});
  }
}
