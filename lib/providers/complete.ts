import "server-only";
import { answerLimits, answerTooLarge } from "./answer-limits";
import { exchange } from "./exchange";
import type { Connection, ProviderCall, ProviderEvent } from "./provider";
import { connectionTo } from "./registry";
import type { ProviderId } from "./schema";
import { assertValidPart } from "./valid-answer";

/**
 * Sends one request to one model with this key as the only identity. Nothing is sent before the first
 * `next()`, and nothing is retried. The connection closes when the answer is complete, when the iterator
 * is returned (also while a `next()` is pending), when `signal` aborts, or after the connection's
 * `timeoutMs`. A call that doesn't stream uses the same URL and headers as the agents' caller.
 * @throws ProviderFailure with cause and fix; the reason of `signal` if it aborted
 */
export function complete(
  provider: ProviderId,
  call: ProviderCall,
  apiKey: string,
  signal: AbortSignal,
  connection: Connection = connectionTo(provider),
): AsyncGenerator<ProviderEvent, void> {
  const abandoned = new AbortController();
  const request = { provider, call, apiKey, signal, connection, abandoned: abandoned.signal };
  const events = exchange(request, async function* (context): AsyncGenerator<ProviderEvent> {
    const { protocol, wire, raw } = context;
    let characters = 0;
    for await (const part of protocol.adapter(call, wire)) {
      assertValidPart(part);
      if (part.type === "delta") characters += part.text.length;
      if (characters > answerLimits.characters) throw answerTooLarge();
      if (part.type !== "end") yield part;
      else yield { ...part, simulated: wire.exchange.simulated, ...(call.raw && { raw: raw() }) };
    }
  });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => events.next(),
    // A generator queues `return` behind a pending `next`, but the connection must close
    // immediately.
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
