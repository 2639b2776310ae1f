import type { IncomingMessage, ServerResponse } from "node:http";
import { isJsonObject, type JsonObject } from "../embedded/json";
import { anthropicMessages } from "./anthropic-messages";
import { bedrockConverse } from "./bedrock-converse";
import { bedrockIdFailure } from "./bedrock-ids";
import type { CallLog } from "./call-log";
import { chatCompletions } from "./chat-completions";
import {
  alwaysFails,
  endsWithFilter,
  failureCodeOfKey,
  failureCodeOfPrompt,
  failureReply,
} from "./failures";
import { gemini } from "./gemini";
import {
  type HttpReply,
  type Operation,
  type Prompt,
  type Protocol,
  type ProviderId,
  RefusedParameter,
  type Reply,
  RequestFault,
} from "./protocol";
import { assertParameters } from "./refusals";
import { composeReply } from "./reply";
import { type Route, sendsKeyTo } from "./routes";
import { assertSupported, modelIdFailure, quirkOf } from "./sample-models";
import { type Cut, neverAnswer, type Pace, pause, sendFrames, sendHalf, sendReply } from "./send";

const protocols: Record<ProviderId, Protocol> = {
  openai: chatCompletions("openai"),
  anthropic: anthropicMessages,
  google: gemini,
  bedrock: bedrockConverse,
  xai: chatCompletions("xai"),
  deepseek: chatCompletions("deepseek"),
};

/** The request id of replies without a prompt. */
const noId = "0".repeat(24);
const maxBodyBytes = 64 * 1024 * 1024;

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  route: Route;
  key: string;
  /** Multiplies every delay; 0 answers immediately. */
  pace: number;
  bedrockRegion: string;
  /** Whether a model answers although its provider has no such id. */
  isMadeUp: (model: string) => boolean;
  /** Keeps the simulator's own log of completions. */
  record: CallLog["record"];
  /** Aborted when the client disconnects or the simulator stops. */
  signal: AbortSignal;
}

/** Answers a request in its provider's protocol, or fails as its key, prompt or model requests. */
export async function answerSimulated(exchange: Exchange): Promise<void> {
  const { response, route } = exchange;
  try {
    await answer(exchange);
  } catch (error) {
    if (response.headersSent) throw error;
    if (error instanceof RefusedParameter) {
      return sendReply(response, withHeaders(error.reply, route.provider, noId));
    }
    if (!(error instanceof RequestFault)) throw error;
    const failure = failureReply(route.provider, error.code, error);
    sendReply(response, withHeaders(failure, route.provider, noId));
  }
}

async function answer(exchange: Exchange): Promise<void> {
  const { request, response, route, key, signal } = exchange;
  const protocol = protocols[route.provider];
  const method = request.method ?? "GET";
  const operation = protocol.operation(method, route.path, new URLSearchParams(route.query));
  const keyCode = failureCodeOfKey(key);
  if (!operation) throw new RequestFault("not_found", `${method} ${route.path}`);
  if (!sendsKeyTo(route.provider, key, request.headers, route.query)) {
    throw new RequestFault("key_unsent");
  }
  if (operation.kind !== "complete") {
    if (keyCode === "hang") await neverAnswer(signal);
    if (keyCode !== null && alwaysFails(keyCode)) throw new RequestFault(keyCode);
    const body = operation.answer();
    return sendReply(response, withHeaders({ status: 200, body }, route.provider, noId));
  }
  if (keyCode === "hang") await neverAnswer(signal);
  // Like the providers, check keys before the body is read.
  if (keyCode !== null && /key/.test(keyCode)) throw new RequestFault(keyCode);
  const body = await readBody(request);
  const prompt = protocol.read(body, operation);
  const code =
    keyCode ?? failureCodeOfPrompt(prompt.lastUser) ?? modelFailure(exchange, prompt.model);
  if (code === null) {
    assertParameters(route.provider, prompt.model, body);
    assertSupported(route.provider, prompt);
  }
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
  const protocol = protocols[provider];
  const isFiltered = code !== null && endsWithFilter(provider, code);
  const cut = cutOf(exchange, protocol, code);
  if (code === "hang") await neverAnswer(signal);
  if (code !== null && cut === null && !isFiltered) throw new RequestFault(code, "", prompt.model);
  const reply = composeReply(prompt, isFiltered, quirkOf(provider, prompt.model));
  exchange.record({ provider, model: prompt.model, reply });
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

function modelFailure(
  { route: { provider }, bedrockRegion, isMadeUp }: Exchange,
  model: string,
): string | null {
  if (isMadeUp(model)) return null;
  return provider === "bedrock"
    ? bedrockIdFailure(model, bedrockRegion)
    : modelIdFailure(provider, model);
}

/** First token after 80-150 ms, the last after 300-600 ms; deterministic per prompt. */
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
  return { ...reply, headers: { ...protocols[provider].headers(id), ...reply.headers } };
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new RequestFault("bad_request", "Request body is too large.");
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    if (isJsonObject(body)) return body;
  } catch {
    // Rejected below, like any other body that isn't an object.
  }
  throw new RequestFault("bad_request", "We could not parse the JSON body of your request.");
}
