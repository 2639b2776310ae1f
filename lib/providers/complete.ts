import "server-only";
import { exchange } from "./exchange";
import type { Connection, ProviderCall, ProviderEvent } from "./provider";
import { connectionTo } from "./registry";
import type { ProviderId } from "./schema";

/**
 * Asks one model one question with this key and no other identity. Nothing is sent before the first
 * `next()`; nothing is retried. The call ends, and its connection closes, when the answer is complete,
 * when the iterator is returned (also while a `next()` is pending), when `signal` aborts, or when
 * the connection's `timeoutMs` (COMPLETION_TIMEOUT_MS) is over. A call that does not stream takes the
 * same way as the agents' caller: same address, same authentication, no streaming.
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
  const asked = { provider, call, apiKey, signal, connection, abandoned: abandoned.signal };
  const events = exchange(asked, async function* (line): AsyncGenerator<ProviderEvent> {
    const { protocol, wire, raw } = line;
    for await (const part of protocol.adapter(call, wire)) {
      if (part.type !== "end") yield part;
      else yield { ...part, simulated: wire.exchange.simulated, ...(call.raw && { raw: raw() }) };
    }
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
