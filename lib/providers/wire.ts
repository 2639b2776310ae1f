import "server-only";
import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { decodedBody, readAnswerText, readErrorText, sniffBody, wholeEvents } from "./answer-body";
import { sseSplitter } from "./event-split";
import { type Connection, type Exchange, type Transport, TransportError } from "./provider";
import { retryAfterOfHeaders } from "./retry-after";
import { send } from "./transport";

/**
 * The key that SDKs receive. They require one, and some would send it in a header other than the
 * documented one. Only the transport has the real key, so no SDK can log or misplace it.
 */
export const PLACEHOLDER_KEY = "held-by-the-wire";

/** Makes an SDK's deadline later than ours, so that ours always ends the call. */
const SDK_GRACE_MS = 5000;

/** The deadline to give an SDK, in milliseconds. */
export function sdkTimeout(wire: Transport): number {
  return wire.timeoutMs + SDK_GRACE_MS;
}

/**
 * One call's transport. It sends only the headers named here, not what an SDK found in the environment
 * (organisation ids, tokens), and follows no redirect, which would take the key to another host. The
 * connection closes when `signal` aborts.
 */
export function openTransport(
  connection: Connection,
  identity: Record<string, string>,
  signal: AbortSignal,
  { isStream = false, recorder = null }: Partial<Pick<Exchange, "isStream" | "recorder">> = {},
): Transport {
  const exchange: Exchange = {
    sent: false,
    status: null,
    simulated: false,
    retryAfter: null,
    isStream,
    recorder,
  };
  const host = new URL(connection.baseUrl).origin;
  return {
    ...connection,
    signal,
    identity,
    exchange,
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      if (url.origin !== host) throw new Error(`Refusing to send a key to ${url.origin}`);
      const method = init?.method ?? "POST";
      const body = typeof init?.body === "string" ? init.body : null;
      const headers = {
        accept: "application/json, text/event-stream",
        "accept-encoding": "identity",
        ...(body === null ? {} : { "content-type": "application/json" }),
        "user-agent": "switchboard",
        ...identity,
      };
      exchange.sent = true;
      recorder?.sent(method, url.href, headers, body ?? "");
      const answer = await send(url, { method, headers, body, signal }).catch(toNetworkError);
      return await readAnswer(answer, exchange);
    },
  };
}

/** Records status and headers of an answer. */
export function recordResponse(
  exchange: Exchange,
  status: number,
  headers: Record<string, string | string[] | undefined>,
): void {
  exchange.status = status;
  exchange.simulated = headers["x-switchboard-simulated"] === "true";
  exchange.retryAfter = retryAfterOfHeaders(headers);
  if (!exchange.recorder) return;
  const lines = Object.entries(headers).map(([name, value]) => [name, String(value ?? "")]);
  exchange.recorder.answered(status, Object.fromEntries(lines));
}

/**
 * Passes a stream on in complete events. Any other body is read and parsed here, and its errors are
 * thrown.
 */
async function readAnswer(answer: IncomingMessage, exchange: Exchange): Promise<Response> {
  const { statusCode: status = 0, headers } = answer;
  recordResponse(exchange, status, headers);
  const body = decodedBody(answer, headers["content-encoding"]);
  if (!isSuccess(status)) {
    const text = await readErrorText(body).catch(toNetworkError);
    exchange.recorder?.received(Buffer.from(text));
    throwIfRefused(status, headers.location ?? null, text);
  }
  const { isEvents, bytes } = await sniffBody(body).catch(toNetworkError);
  if (exchange.isStream && isEvents) {
    return eventsResponse(wholeEvents(bytes, sseSplitter(), exchange.recorder));
  }
  const text = await readAnswerText(bytes).catch(toNetworkError);
  exchange.recorder?.received(Buffer.from(text));
  const answerJson = throwIfRefused(status, null, text);
  // Some gateways answer a streamed request without streaming.
  if (exchange.isStream)
    return eventsResponse([Buffer.from(`data: ${text.replace(/[\r\n]+/g, " ")}\n\n`)]);
  return parsedResponse(status, answerJson);
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function eventsResponse(events: AsyncIterable<Uint8Array> | Uint8Array[]): Response {
  // Node's and the browser's stream types differ, but the streams are the same.
  const body = Readable.toWeb(Readable.from(events)) as ReadableStream<Uint8Array>;
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

/** A JSON response that passes its parsed body to the SDK, so that it isn't parsed twice. */
function parsedResponse(status: number, value: unknown): Response {
  const response = new Response(null, {
    status,
    headers: { "content-type": "application/json" },
  });
  response.json = async () => value;
  return response;
}

/**
 * The parsed body of an answer that isn't streamed.
 * @throws TransportError if it is an error or no JSON object
 */
export function throwIfRefused(status: number, tag: string | null, body: string): unknown {
  const value = isSuccess(status) ? tryParseJson(body) : undefined;
  if (isAnswer(value)) return value;
  throw new TransportError({ kind: "refused", status, tag, body });
}

/** Providers also send errors with status 200, each in its own format. */
function isAnswer(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const members = value as Record<string, unknown>; // An object by the line above.
  const errorMembers = ["message", "Message", "__type", "Output"];
  return (
    !members.error && members.type !== "error" && !errorMembers.some((name) => name in members)
  );
}

/** The parsed text, or undefined if it isn't JSON. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws TransportError with only the error's code */
export function toNetworkError(error: unknown): never {
  if (error instanceof TransportError) throw error;
  throw new TransportError({ kind: "network", code: networkCode(error) });
}

/**
 * The innermost error code, such as ECONNREFUSED: fetch wraps it, and twice when it connects to
 * several addresses.
 */
export function networkCode(error: unknown): string | null {
  let code: string | null = null;
  let current: unknown = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if ("code" in current && typeof current.code === "string") code = current.code;
    current = current instanceof AggregateError ? current.errors[0] : current.cause;
  }
  return code;
}
