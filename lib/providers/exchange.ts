import "server-only";
import { assertUsableKey, toProviderFailure } from "./errors";
import {
  type Connection,
  type Protocol,
  type ProviderCall,
  type Transport,
  TransportError,
} from "./provider";
import { startRecording } from "./recording";
import { createKeyRedactor } from "./redact";
import { protocolOf } from "./registry";
import type { ProviderId } from "./schema";
import { openTransport } from "./wire";

type ExchangeRequest = {
  provider: ProviderId;
  apiKey: string;
  signal: AbortSignal;
  connection: Connection;
  /** Null for requests without a model, such as the list of models. */
  call: ProviderCall | null;
  /** Aborts when the consumer stops reading. */
  abandoned?: AbortSignal;
};

/** The transport of one exchange and its recording, if the call requests one. */
type ExchangeContext = {
  protocol: Protocol;
  wire: Transport;
  raw: () => ReturnType<ReturnType<typeof startRecording>["exchange"]>;
};

/**
 * Runs one exchange with a provider: one identity, one deadline, no retry, no leaked listeners.
 * @throws ProviderFailure with cause and fix; the reason of `signal` if it aborted
 */
export async function* exchange<Part>(
  request: ExchangeRequest,
  run: (context: ExchangeContext) => AsyncGenerator<Part, void>,
): AsyncGenerator<Part, void> {
  const { provider, apiKey, signal, connection, call } = request;
  const abandoned = request.abandoned ?? new AbortController().signal;
  signal.throwIfAborted();
  assertUsableKey(provider, apiKey);
  const protocol = await protocolOf(provider);
  const stop = combineSignals(connection.timeoutMs, [signal, abandoned]);
  const recording = call?.raw ? startRecording() : null;
  const wire = openTransport(connection, protocol.identity(apiKey), stop.signal, {
    isStream: call?.stream ?? false,
    recorder: recording,
  });
  const redactKey = createKeyRedactor(apiKey);
  const raw = () => recording?.exchange(call, redactKey);
  try {
    yield* abortable(run({ protocol, wire, raw }), stop.signal);
  } catch (error) {
    if (abandoned.aborted) return;
    signal.throwIfAborted();
    if (!wire.exchange.sent && isInternalError(error)) throw error;
    const failure = stop.signal.aborted ? stop.signal.reason : error;
    throw toProviderFailure(failure, { provider, call, wire, removeKey: redactKey, raw: raw() });
  } finally {
    stop.end();
  }
}

/** A missing library or a bug of ours isn't a provider's failure, so it is rethrown unchanged. */
function isInternalError(error: unknown): boolean {
  const isMissing =
    error instanceof Error && "code" in error && /MODULE_NOT_FOUND/.test(String(error.code));
  return isMissing || error instanceof TypeError || error instanceof ReferenceError;
}

/** Combines the caller's and the consumer's signal with the deadline; `end` removes listeners and timer. */
function combineSignals(timeoutMs: number, signals: AbortSignal[]) {
  const controller = new AbortController();
  const timedOut = new TransportError({ kind: "network", code: "DEADLINE" });
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

/** Throws as soon as `signal` aborts. SDKs notice later, and some just end. */
async function* abortable<Part>(
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
