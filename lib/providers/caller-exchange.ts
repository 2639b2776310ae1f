import "server-only";
import { anySignal } from "@/lib/any-signal";
import type { Usage } from "@/lib/completions/schema";
import type { CallerRequest } from "@/lib/runtime/schema";
import { decodedBody, readAnswerText } from "./answer-body";
import { assertUsableKey, type ProviderFailure, toProviderFailure } from "./errors";
import { type Transport, TransportError } from "./provider";
import { createKeyRedactor } from "./redact";
import { connectionTo } from "./registry";
import type { ProviderId } from "./schema";
import { send } from "./transport";
import { networkCode, openTransport, recordResponse, tryParseJson } from "./wire";

export type CallerExchange = {
  provider: ProviderId;
  model_id: string;
  /** Where to send the request, see `redirectEndpoint`. */
  url: URL;
  request: CallerRequest;
  /** The header that carries the key, and the text before the key. */
  authHeader: { name: string; prefix: string };
  apiKey: string;
  timeoutMs: number;
  signal: AbortSignal;
};

/** The reply. The key is removed from all texts. */
export type CallerReply = {
  /** Null if no complete answer arrived. */
  status: number | null;
  body: string;
  /** Whether the machine's timeout ended the call. */
  timedOut: boolean;
  latency_ms: number;
  simulated: boolean;
  /** Explains any reply other than a 2xx answer. */
  failure: ProviderFailure | null;
};

/** Reasons of failures in which the provider received nothing. */
const notReceived: readonly (string | null)[] = ["dns", "refused", "tls"];

/**
 * Whether the provider charges nothing for a call: it refused it, or never received it. A call whose
 * answer was lost may be billed.
 */
export function isFree({ failure, status }: Pick<CallerReply, "failure" | "status">): boolean {
  return failure !== null && (status !== null || notReceived.includes(failure.reason));
}

/**
 * Sends one request as the agents' caller does: once, not streamed, within the machine's timeout.
 * @throws ProviderFailure for a key that can't be sent; the reason of `signal` if it aborted
 */
export async function sendAsCaller(exchange: CallerExchange): Promise<CallerReply> {
  const { provider, url, request, authHeader, apiKey, timeoutMs, signal } = exchange;
  signal.throwIfAborted();
  assertUsableKey(provider, apiKey);
  const deadline = AbortSignal.timeout(timeoutMs);
  const stop = anySignal(signal, deadline);
  const connection = { ...connectionTo(provider), baseUrl: url.origin, timeoutMs };
  const wire = openTransport(connection, {}, stop);
  const removeKey = createKeyRedactor(apiKey);
  const startedAt = performance.now();
  const reply = (rest: Pick<CallerReply, "status" | "body" | "timedOut" | "failure">) => ({
    ...rest,
    latency_ms: Math.round(performance.now() - startedAt),
    simulated: wire.exchange.simulated,
  });
  const explain = (error: unknown) =>
    toProviderFailure(error, { provider, call: exchange, wire, removeKey });
  try {
    const headers = { ...request.headers, [authHeader.name]: `${authHeader.prefix}${apiKey}` };
    wire.exchange.sent = true;
    const { body, tag } = await receive(wire, url, headers, request.body_text);
    const { status } = wire.exchange;
    const refused = new TransportError({ kind: "refused", status, tag, body });
    const isRefused = status === null || status < 200 || status > 299;
    const failure = isRefused ? explain(refused) : null;
    return reply({ status, body: removeKey(body), timedOut: false, failure });
  } catch (error) {
    signal.throwIfAborted();
    const timedOut = deadline.aborted;
    const code = timedOut ? "DEADLINE" : networkCode(error);
    const cause =
      error instanceof TransportError ? error : new TransportError({ kind: "network", code });
    return reply({ status: null, body: "", timedOut, failure: explain(cause) });
  }
}

async function receive(
  wire: Transport,
  url: URL,
  headers: Record<string, string>,
  body: string,
): Promise<{ body: string; tag: string | null }> {
  const answer = await send(url, { method: "POST", headers, body, signal: wire.signal });
  recordResponse(wire.exchange, answer.statusCode ?? 0, answer.headers);
  const text = await readAnswerText(decodedBody(answer, answer.headers["content-encoding"]));
  const tag = answer.headers["x-amzn-errortype"];
  return { body: text, tag: typeof tag === "string" ? tag : null };
}

/** The usage in a provider's complete answer, counted as in test completions. */
export async function reportedUsage(provider: ProviderId, body: string): Promise<Usage> {
  const answer = tryParseJson(body);
  const usage = memberOf(answer, "usage") ?? memberOf(answer, "usageMetadata");
  const unknown = { input_tokens: null, output_tokens: null };
  if (typeof usage !== "object" || usage === null) return unknown;
  const normalizeUsage = await usageReader(provider);
  // Like the SDKs, the readers trust the providers' documentation; the result is checked.
  const counts = normalizeUsage(usage as never);
  return Object.values(counts).every(isCount) ? counts : unknown;
}

const isCount = (value: unknown) => value == null || Number.isFinite(value);

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Record<string, unknown>)[name]; // An object by the line above.
}

async function usageReader(provider: ProviderId) {
  if (provider === "anthropic") return (await import("./anthropic")).normalizeUsage;
  if (provider === "google") return (await import("./google")).normalizeUsage;
  if (provider === "bedrock") return (await import("./bedrock")).normalizeUsage;
  return (await import("./openai")).normalizeUsage;
}
