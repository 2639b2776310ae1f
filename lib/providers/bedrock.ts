import "server-only";
import { Readable } from "node:stream";
import type {
  BedrockRuntimeClient,
  ContentBlock,
  ConverseCommandInput,
  ConverseCommandOutput,
  Message as ConverseMessage,
  ConverseStreamOutput,
  Tool as ConverseTool,
  ToolChoice as ConverseToolChoice,
  ImageFormat,
  TokenUsage,
  ToolInputSchema,
  ToolUseBlock,
} from "@aws-sdk/client-bedrock-runtime";
import type { NodeHttpHandler } from "@smithy/node-http-handler";
import type { ContentPart, Message, Tool, ToolChoice, Usage } from "@/lib/completions/schema";
import {
  AnswerText,
  argumentsObject,
  endAnswer,
  incompleteAnswer,
  partsOf,
  ToolCallFragments,
  toolSchema,
} from "./answer";
import { decodedBody, readAnswerText, readErrorText, sniffBody, wholeEvents } from "./answer-body";
import { frameSplitter } from "./event-split";
import {
  type AnswerPart,
  bearerIdentity,
  type Protocol,
  type ProviderCall,
  type StopReason,
  type Transport,
  TransportError,
} from "./provider";
import { PLACEHOLDER_KEY, recordResponse, throwIfRefused, toNetworkError } from "./wire";

const stopReasons: Record<string, StopReason> = {
  end_turn: "end",
  content_filtered: "content_filter",
};

/** Converse and ConverseStream with a bearer token, in the region of the runtime. */
async function* bedrockAdapter(call: ProviderCall, wire: Transport): AsyncGenerator<AnswerPart> {
  const sdk = await import("@aws-sdk/client-bedrock-runtime");
  const http = await import("@smithy/node-http-handler");
  const transport = new http.NodeHttpHandler();
  const client = new sdk.BedrockRuntimeClient({
    region: wire.region,
    endpoint: wire.baseUrl,
    token: { token: PLACEHOLDER_KEY },
    authSchemePreference: ["httpBearerAuth"],
    credentials: rejectOtherIdentity,
    maxAttempts: 1,
    retryMode: "standard",
    defaultsMode: "standard",
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    requestHandler: guarded(transport, wire),
  });
  try {
    if (call.stream) {
      const answer = await client.send(new sdk.ConverseStreamCommand(requestBody(call)));
      yield* streamed(answer.stream ?? [], wire);
    } else {
      yield* whole(await client.send(new sdk.ConverseCommand(requestBody(call))));
    }
  } catch (error) {
    throw error instanceof sdk.BedrockRuntimeServiceException ? refused(error, wire) : error;
  } finally {
    closeAll(client, transport);
  }
}

/** The stored token is the only identity. This server's own role must not replace it. */
async function rejectOtherIdentity(): Promise<never> {
  throw new Error("Bedrock is called with the stored bearer token only");
}

function closeAll(client: BedrockRuntimeClient, transport: NodeHttpHandler): void {
  client.destroy();
  transport.destroy();
}

type Handle = NodeHttpHandler["handle"];

/** As `openTransport`, for an SDK that takes a request handler instead of a `fetch`. */
function guarded(transport: NodeHttpHandler, wire: Transport) {
  const handle: Handle = async (request) => {
    const allowed = ["host", "content-type", "content-length"];
    const headers = Object.entries(request.headers).filter(([name]) =>
      allowed.includes(name.toLowerCase()),
    );
    request.headers = { ...Object.fromEntries(headers), ...wire.identity };
    const { recorder } = wire.exchange;
    wire.exchange.sent = true;
    if (recorder) recordRequest(wire, request);
    const { response } = await transport
      .handle(request, { abortSignal: wire.signal })
      .catch(toNetworkError);
    recordResponse(wire.exchange, response.statusCode, response.headers);
    const isOk = response.statusCode === 200;
    const body = decodedBody(response.body, response.headers["content-encoding"]);
    const { isEvents, bytes } = await sniffBody(body).catch(toNetworkError);
    if (isOk && wire.exchange.isStream && isEvents) {
      response.body = Readable.from(wholeEvents(bytes, frameSplitter(), recorder));
      return { response };
    }
    const text = await (isOk ? readAnswerText(bytes) : readErrorText(bytes)).catch(toNetworkError);
    recorder?.received(Buffer.from(text));
    const tag = response.headers["x-amzn-errortype"] ?? response.headers.location ?? null;
    throwIfRefused(response.statusCode, tag, text);
    response.body = Readable.from([Buffer.from(text)]);
    return { response };
  };
  return { handle, metadata: transport.metadata };
}

/** A Converse body is JSON and complete in memory. */
function recordRequest({ exchange, baseUrl }: Transport, request: Parameters<Handle>[0]): void {
  const { method, path, headers, body } = request;
  // Decodes a copy, because the SDK warns if its body is treated as text.
  const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body ?? "");
  exchange.recorder?.sent(method, new URL(baseUrl).origin + path, headers, text);
}

function requestBody(call: ProviderCall): ConverseCommandInput {
  return {
    modelId: call.model_id,
    messages: call.messages.map(toConverseMessage),
    ...(call.system === undefined ? {} : { system: [{ text: call.system }] }),
    inferenceConfig: { maxTokens: call.max_tokens, temperature: call.temperature },
    ...(call.tools?.length
      ? {
          toolConfig: {
            tools: call.tools.map(converseTool),
            ...(call.tool_choice === undefined ? {} : { toolChoice: toolChoice(call.tool_choice) }),
          },
        }
      : {}),
  };
}

async function* streamed(
  events: AsyncIterable<ConverseStreamOutput> | ConverseStreamOutput[],
  wire: Transport,
): AsyncGenerator<AnswerPart> {
  const fragments = new ToolCallFragments();
  const visible = new AnswerText();
  const imageBytes = new Map<number, number>();
  let text = "";
  let stop: string | undefined;
  let usage: TokenUsage | undefined;
  for await (const event of events) {
    const index = event.contentBlockDelta?.contentBlockIndex ?? 0;
    const delta = event.contentBlockDelta?.delta;
    const start = event.contentBlockStart;
    if (start?.start?.toolUse && !isServerTool(start.start.toolUse)) {
      const { toolUseId, name } = start.start.toolUse;
      fragments.add(start.contentBlockIndex ?? 0, { id: toolUseId, name });
    }
    if (delta?.toolUse && fragments.has(index)) fragments.add(index, { json: delta.toolUse.input });
    if (delta?.text) {
      text += delta.text;
      yield visible.text(delta.text);
    }
    const image = delta?.image?.source?.bytes?.length ?? 0;
    if (image > 0) imageBytes.set(index, (imageBytes.get(index) ?? 0) + image);
    stop = event.messageStop?.stopReason ?? stop;
    usage = event.metadata?.usage ?? usage;
    const exception = exceptionIn(event);
    if (exception) throw refused(exception, wire);
  }
  if (!stop) throw incompleteAnswer();
  for (const bytes of imageBytes.values()) yield visible.file("image", bytes);
  yield* endAnswer({
    ...endOf(stop, usage, text),
    calls: fragments.finish(),
    hasText: !visible.isEmpty,
  });
}

function* whole(answer: ConverseCommandOutput): Generator<AnswerPart> {
  const content = answer.output?.message?.content ?? [];
  if (!answer.stopReason) throw incompleteAnswer();
  const visible = new AnswerText();
  const parts = content.flatMap((block) => visibleParts(block, visible));
  const text = parts.map((part) => (part.type === "delta" ? part.text : "")).join("");
  const end = endOf(answer.stopReason, answer.usage, text);
  if (text) yield { type: "delta", text };
  const calls = content.flatMap(({ toolUse }) =>
    toolUse && !isServerTool(toolUse)
      ? [{ id: toolUse.toolUseId ?? "", name: toolUse.name ?? "", arguments: toolUse.input ?? {} }]
      : [],
  );
  yield* endAnswer({ ...end, calls, hasText: text !== "" });
}

function visibleParts(block: ContentBlock, visible: AnswerText): AnswerPart[] {
  const { text, citationsContent, image } = block;
  const words = text ?? citationsContent?.content?.map((part) => part.text ?? "").join("");
  if (words) return [visible.text(words)];
  return image?.source?.bytes ? [visible.file("image", image.source.bytes)] : [];
}

/** Whether Bedrock runs the tool itself. */
function isServerTool({ type }: { type?: string }): boolean {
  return type === "server_tool_use";
}

/** A guardrail replaces the model's text with its own, so there is no answer of the model. */
function endOf(stop: string, usage: TokenUsage | undefined, text: string) {
  if (stop === "guardrail_intervened")
    throw new TransportError({ kind: "filtered", message: text || stop });
  return { stop_reason: stopReasons[stop] ?? stop, usage: normalizeUsage(usage) };
}

/** Converse counts cached tokens outside `inputTokens` (AWS: "Prompt caching for faster inference"). */
export function normalizeUsage(usage: TokenUsage | undefined): Usage {
  const read = usage?.cacheReadInputTokens ?? 0;
  const written = usage?.cacheWriteInputTokens ?? 0;
  const forAnHour = (usage?.cacheDetails ?? [])
    .filter(({ ttl }) => ttl === "1h")
    .reduce((sum, { inputTokens = 0 }) => sum + inputTokens, 0);
  return {
    input_tokens: usage?.inputTokens === undefined ? null : usage.inputTokens + read + written,
    output_tokens: usage?.outputTokens ?? null,
    ...(read ? { cache_read_tokens: read } : {}),
    ...(written ? { cache_write_tokens: written } : {}),
    ...(forAnHour ? { cache_write_1h_tokens: forAnHour } : {}),
  };
}

type Exception = { name: string; message: string };

function exceptionIn(event: ConverseStreamOutput): Exception | undefined {
  return (
    event.internalServerException ??
    event.modelStreamErrorException ??
    event.serviceUnavailableException ??
    event.throttlingException ??
    event.validationException
  );
}

function refused({ name, message }: Exception, wire: Transport): TransportError {
  const body = JSON.stringify({ message });
  return new TransportError({ kind: "refused", status: wire.exchange.status, tag: name, body });
}

type Document = NonNullable<ToolUseBlock["input"]>;

/** Converts a message to Converse's blocks. */
function toConverseMessage({ role, content }: Message): ConverseMessage {
  return { role, content: partsOf(content).map(block) };
}

function block(part: ContentPart): ContentBlock {
  switch (part.type) {
    case "text":
      return { text: part.text };
    case "image": {
      // Our media types are "image/" followed by one of Converse's formats.
      const format = part.media_type.slice("image/".length) as ImageFormat;
      return { image: { format, source: { bytes: Buffer.from(part.data, "base64") } } };
    }
    case "tool_call": {
      // The arguments came in as JSON, so they are a document in the SDK's sense.
      const input = argumentsObject(part.arguments) as Document;
      return { toolUse: { toolUseId: part.id, name: part.name, input } };
    }
    case "tool_result":
      return {
        toolResult: { toolUseId: part.tool_call_id, content: [{ text: part.content }] },
      };
  }
}

/** A tool as the Converse API takes it. */
function converseTool(tool: Tool): ConverseTool {
  // JSON Schema came in as JSON, so it is a document in the SDK's sense.
  const json = toolSchema(tool) as Extract<ToolInputSchema, { json: unknown }>["json"];
  return {
    toolSpec: { name: tool.name, description: tool.description, inputSchema: { json } },
  };
}

/** The tool choice as the Converse API takes it. */
function toolChoice(choice: ToolChoice): ConverseToolChoice {
  if (typeof choice === "object") return { tool: { name: choice.name } };
  return choice === "required" ? { any: {} } : { auto: {} };
}

/** AWS's control plane lists the models with the server's credentials: `bedrock-catalog.ts`. */
export const bedrockProtocol: Protocol = {
  adapter: bedrockAdapter,
  models: null,
  identity: bearerIdentity,
};
