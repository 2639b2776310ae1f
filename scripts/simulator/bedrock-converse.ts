import { crc32 } from "node:zlib";
import {
  isJsonObject,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  stringOf,
} from "../embedded/json";
import { describeImage } from "./image-facts";
import {
  type Frame,
  type Operation,
  type Prompt,
  type Protocol,
  type Reply,
  RequestFault,
} from "./protocol";

const stopReasons = {
  end: "end_turn",
  length: "max_tokens",
  tool: "tool_use",
  filtered: "content_filtered",
};
const stringHeader = 7;
const paddingCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/**
 * Bedrock Runtime's Converse and ConverseStream.
 * Sources: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and
 * …/API_runtime_ConverseStream.html.
 */
export const bedrockConverse: Protocol = {
  operation,
  read: readPrompt,
  whole: (prompt, reply) => ({
    metrics: { latencyMs: 412 },
    output: { message: { role: "assistant", content: contentOf(reply) } },
    stopReason: stopReasons[reply.stop],
    usage: usageOf(prompt, reply),
  }),
  frames: streamFrames,
  streamType: () => "application/vnd.amazon.eventstream",
  errorFrame: (body) =>
    eventStreamMessage(
      {
        ":exception-type": "modelStreamErrorException",
        ":content-type": "application/json",
        ":message-type": "exception",
      },
      body,
    ),
  headers: (id) => ({ "x-amzn-requestid": requestId(id) }),
};

function operation(method: string, path: string): Operation | null {
  // An ID is one segment: with an unencoded slash it matches no operation.
  const [, model, verb] = /^\/model\/([^/]+)\/(converse|converse-stream)$/.exec(path) ?? [];
  if (method !== "POST" || !model) return null;
  const stream = verb === "converse-stream";
  return { kind: "complete", model: decodeURIComponent(model), stream, sse: false };
}

function readPrompt(body: JsonObject, call: Operation & { kind: "complete" }): Prompt {
  const messages = listOf(body.messages).filter(isJsonObject);
  if (messages.length === 0) {
    throw new RequestFault("bad_request", "A conversation must start with a user message.");
  }
  const userMessages = messages.filter(
    (message) => message.role === "user" && textOf(message.content) !== "",
  );
  const config = objectOf(body.toolConfig);
  const tools = listOf(config.tools)
    .map((tool) => objectOf(objectOf(tool).toolSpec))
    .map((spec) => ({ name: stringOf(spec.name), schema: objectOf(spec.inputSchema).json }))
    .filter((tool) => tool.name !== "");
  const system = textOf(body.system);
  const texts = [system, ...messages.map((message) => textOf(message.content))];
  return {
    model: call.model,
    lastUser: textOf(userMessages.at(-1)?.content),
    system,
    inputText: texts.join("\n") + (tools.length > 0 ? JSON.stringify(config.tools) : ""),
    messages: messages.length,
    images: blocks(messages, "image").map((image) =>
      describeImage(stringOf(image.format), stringOf(objectOf(image.source).bytes)),
    ),
    tools,
    toolChoice: readToolChoice(objectOf(config.toolChoice)),
    toolResult: toolResult(messages.slice(-1)),
    maxTokens: numberOf(objectOf(body.inferenceConfig).maxTokens),
    cacheMarked: JSON.stringify(body).includes('"cachePoint"'),
    stream: call.stream,
    includeUsage: true,
  };
}

function readToolChoice(choice: JsonObject): Prompt["toolChoice"] {
  if (choice.any !== undefined) return "required";
  const name = stringOf(objectOf(choice.tool).name);
  return name === "" ? "auto" : { name };
}

function textOf(content: unknown): string {
  return listOf(content)
    .map((part) => stringOf(objectOf(part).text))
    .filter((text) => text !== "")
    .join(" ");
}

function blocks(messages: JsonObject[], name: string): JsonObject[] {
  return messages
    .flatMap((message) => listOf(message.content))
    .map((block) => objectOf(block)[name])
    .filter(isJsonObject);
}

function toolResult(messages: JsonObject[]): string | null {
  const results = blocks(messages, "toolResult").flatMap(({ content }) => listOf(content));
  if (results.length === 0) return null;
  return results.map((part) => stringOf(objectOf(part).text) || JSON.stringify(part)).join(" ");
}

/** `inputTokens` excludes tokens read from the cache. */
function usageOf(prompt: Prompt, { usage }: Reply): JsonObject {
  const cached = prompt.cacheMarked ? usage.cached : 0;
  const inputTokens = usage.input - cached;
  const outputTokens = usage.output + usage.reasoning;
  return {
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + cached + outputTokens,
    cacheReadInputTokens: cached,
    cacheWriteInputTokens: 0,
  };
}

function contentOf(reply: Reply): JsonObject[] {
  if (!reply.toolCall) return [{ text: reply.chunks.join("") }];
  const { id, name, input } = reply.toolCall;
  return [{ toolUse: { toolUseId: `tooluse_${id}`, name, input } }];
}

function* streamFrames(prompt: Prompt, reply: Reply): Iterable<Frame> {
  yield frame("messageStart", { role: "assistant" });
  if (reply.toolCall) {
    const { id, name, input } = reply.toolCall;
    const start = { toolUse: { toolUseId: `tooluse_${id}`, name } };
    yield frame("contentBlockStart", { contentBlockIndex: 0, start });
    for (const chunk of JSON.stringify(input).match(/[\s\S]{1,8}/gu) ?? []) {
      const delta = { toolUse: { input: chunk } };
      yield frame("contentBlockDelta", { contentBlockIndex: 0, delta }, true);
    }
  }
  for (const text of reply.chunks) {
    yield frame("contentBlockDelta", { contentBlockIndex: 0, delta: { text } }, true);
  }
  yield frame("contentBlockStop", { contentBlockIndex: 0 });
  yield frame("messageStop", { stopReason: stopReasons[reply.stop] });
  yield frame("metadata", { metrics: { latencyMs: 412 }, usage: usageOf(prompt, reply) });
}

/** Bedrock pads each event (`p`), so that its size doesn't reveal the token's size. */
function frame(type: string, payload: JsonObject, paced = false): Frame {
  const size = JSON.stringify(payload).length;
  const headers = {
    ":event-type": type,
    ":content-type": "application/json",
    ":message-type": "event",
  };
  const padding = paddingCharacters.slice(0, size % paddingCharacters.length);
  return { data: eventStreamMessage(headers, { ...payload, p: padding }), paced };
}

function requestId(id: string): string {
  const digits = id.padEnd(32, "0");
  const cuts = [0, 8, 12, 16, 20, 32];
  return cuts
    .slice(1)
    .map((end, index) => digits.slice(cuts[index], end))
    .join("-");
}

/**
 * One message of `application/vnd.amazon.eventstream`: total length, headers length and the CRC of
 * both, headers, payload, CRC of everything before it; all integers big-endian.
 * Source: smithy.io/2.0/aws/amazon-eventstream.html.
 */
function eventStreamMessage(headers: Record<string, string>, payload: unknown): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const body = Buffer.from(JSON.stringify(payload));
  const message = Buffer.alloc(12 + head.length + body.length + 4);
  message.writeUInt32BE(message.length, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, 8)), 8);
  head.copy(message, 12);
  body.copy(message, 12 + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, -4)), message.length - 4);
  return message;
}

function header(name: string, value: string): Buffer {
  const key = Buffer.from(name);
  const text = Buffer.from(value);
  const size = Buffer.alloc(2);
  size.writeUInt16BE(text.length);
  return Buffer.concat([Buffer.from([key.length]), key, Buffer.from([stringHeader]), size, text]);
}
