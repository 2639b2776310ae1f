import type { IncomingMessage, ServerResponse } from "node:http";
import { anthropicMessages } from "./anthropic-messages";
import { bedrockConverse } from "./bedrock-converse";
import { bedrockIdFault } from "./bedrock-ids";
import { refuseBeyondAbilities } from "./capabilities";
import { chatCompletions } from "./chat-completions";
import { codeOfKey, codeOfMessage, endsFiltered, failsEveryCall, failureReply } from "./failures";
import { gemini } from "./gemini";
import { isObject, type JsonObject } from "./json";
import {
  type HttpReply,
  type Operation,
  type Prompt,
  type Protocol,
  type ProviderId,
  type Reply,
  RequestFault,
} from "./protocol";
import { composeReply } from "./reply";
import type { Route } from "./routes";
import { type Cut, hang, type Pace, pause, sendFrames, sendHalf, sendReply } from "./send";

const PROTOCOLS: Record<ProviderId, Protocol> = {
  openai: chatCompletions("openai"),
  anthropic: anthropicMessages,
  google: gemini,
  bedrock: bedrockConverse,
  xai: chatCompletions("xai"),
  deepseek: chatCompletions("deepseek"),
};

const UNKNOWN_MODEL = /unknown|no-such|does-not-exist|nonexistent/i;
/** Stands in the request id of replies that no prompt was read for. */
const NO_ID = "0".repeat(24);
const MAX_BODY_BYTES = 64 * 1024 * 1024;

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  route: Route;
  key: string;
  /** Multiplies every wait; 0 answers at once. */
  pace: number;
  bedrockRegion: string;
  /** Aborted when the client goes or the simulator stops. */
  signal: AbortSignal;
}

/** Answers a request in its provider's protocol, or fails as its key, prompt or model asks. */
export async function answerSimulated(exchange: Exchange): Promise<void> {
  const { response, route } = exchange;
  try {
    await answer(exchange);
  } catch (error) {
    if (!(error instanceof RequestFault) || response.headersSent) throw error;
    const failure = failureReply(route.provider, error.code, error);
    sendReply(response, withHeaders(failure, route.provider, NO_ID));
  }
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, response, route, key, signal } = exchange;
  const protocol = PROTOCOLS[route.provider];
  const method = request.method ?? "GET";
  const operation = protocol.operation(method, route.path, new URLSearchParams(route.query));
  const asked = codeOfKey(key);
  if (!operation) throw new RequestFault("not_found", `${method} ${route.path}`);
  if (operation.kind !== "complete") {
    if (asked === "hang") await hang(signal);
    if (asked !== null && failsEveryCall(asked)) throw new RequestFault(asked);
    const body = operation.answer();
    return sendReply(response, withHeaders({ status: 200, body }, route.provider, NO_ID));
  }
  if (asked === "hang") await hang(signal);
  // Keys are judged before bodies are read, as the providers do.
  if (asked !== null && /key/.test(asked)) throw new RequestFault(asked);
  const prompt = protocol.read(await readBody(request), operation);
  const code = asked ?? codeOfMessage(prompt.lastUser) ?? modelFault(exchange, prompt.model);
  if (code === null) refuseBeyondAbilities(route.provider, prompt);
  return complete(exchange, operation, prompt, code);
}

async function complete(
  exchange: Exchange,
  operation: Operation & { kind: "complete" },
  prompt: Prompt,
  code: string | null,
): Promise<void> {
  const { response, route, signal } = exchange;
  const { provider } = route;
  const protocol = PROTOCOLS[provider];
  const filtered = code !== null && endsFiltered(provider, code);
  const cut = cutOf(exchange, protocol, code);
  if (code === "hang") await hang(signal);
  if (code !== null && cut === null && !filtered) throw new RequestFault(code, "", prompt.model);
  const reply = composeReply(prompt, filtered);
  const pace = paceOf(reply, exchange.pace);
  if (prompt.stream) {
    const headers = {
      "content-type": protocol.streamType(operation.sse),
      ...protocol.headers(reply.id),
    };
    const frames = protocol.frames(prompt, reply, operation.sse);
    return sendFrames(response, headers, frames, { pace, cut, signal });
  }
  await pause(pace.first + pace.between * reply.chunks.length, signal);
  const whole = withHeaders(
    { status: 200, body: protocol.whole(prompt, reply) },
    provider,
    reply.id,
  );
  return cut === null ? sendReply(response, whole) : sendHalf(response, whole, cut, signal);
}

function cutOf({ route }: Exchange, protocol: Protocol, code: string | null): Cut {
  if (code === "hang_midstream") return "hang";
  if (code === "break_midstream") return "break";
  if (code !== "error_midstream") return null;
  return { error: protocol.errorFrame(failureReply(route.provider, "overloaded").body) };
}

function modelFault({ route, bedrockRegion }: Exchange, model: string): string | null {
  if (UNKNOWN_MODEL.test(model)) return "unknown_model";
  return route.provider === "bedrock" ? bedrockIdFault(model, bedrockRegion) : null;
}

/** First token after 80-150 ms, the last after 300-600 ms; the same for the same prompt. */
function paceOf(reply: Reply, factor: number): Pace {
  const seed = Number.parseInt(reply.id.slice(0, 4), 16) / 0xffff;
  const first = 80 + seed * 70;
  const total = 220 + seed * 230;
  return {
    first: first * factor,
    between: (total / Math.max(reply.chunks.length, 12)) * factor,
  };
}

function withHeaders(reply: HttpReply, provider: ProviderId, id: string): HttpReply {
  return { ...reply, headers: { ...PROTOCOLS[provider].headers(id), ...reply.headers } };
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > MAX_BODY_BYTES) throw new RequestFault("bad_request", "Request body is too large.");
    parts.push(part);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(parts).toString());
    if (isObject(body)) return body;
  } catch {
    // Answered below like any other body that is not an object.
  }
  throw new RequestFault("bad_request", "We could not parse the JSON body of your request.");
}
