import { eventStreamMessage } from "./event-stream";
import { describeImage } from "./image-facts";
import { isObject, type JsonObject, listOf, numberOf, objectOf, stringOf } from "./json";
import type { Frame, Operation, Prompt, Protocol, Reply } from "./protocol";
import { RequestFault } from "./protocol";

const STOP = {
  end: "end_turn",
  length: "max_tokens",
  tool: "tool_use",
  filtered: "content_filtered",
};
const PADDING = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/**
 * Bedrock Runtime's Converse and ConverseStream.
 * Sources: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and
 * …/API_runtime_ConverseStream.html.
 */
export const bedrockConverse: Protocol = {
  operation,
  read: readPrompt,
  whole: (_prompt, reply) => ({
    metrics: { latencyMs: 412 },
    output: { message: { role: "assistant", content: contentOf(reply) } },
    stopReason: STOP[reply.stop],
    usage: usageOf(_prompt, reply),
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
  const [, model, verb] = /^\/model\/(.+)\/(converse|converse-stream)$/.exec(path) ?? [];
  if (method !== "POST" || !model) return null;
  const stream = verb === "converse-stream";
  return { kind: "complete", model: decodeURIComponent(model), stream, sse: false };
}

function readPrompt(body: JsonObject, call: Operation & { kind: "complete" }): Prompt {
  const messages = listOf(body.messages).filter(isObject);
  if (messages.length === 0) {
    throw new RequestFault("bad_request", "A conversation must start with a user message.");
  }
  const users = messages.filter((m) => m.role === "user" && textOf(m.content) !== "");
  const config = objectOf(body.toolConfig);
  const tools = listOf(config.tools)
    .map((tool) => objectOf(objectOf(tool).toolSpec))
    .map((spec) => ({ name: stringOf(spec.name), schema: objectOf(spec.inputSchema).json }))
    .filter((tool) => tool.name !== "");
  const system = textOf(body.system);
  const texts = [system, ...messages.map((message) => textOf(message.content))];
  return {
    model: call.model,
    lastUser: textOf(users.at(-1)?.content),
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
    .filter(isObject);
}

function toolResult(messages: JsonObject[]): string | null {
  const results = blocks(messages, "toolResult").flatMap(({ content }) => listOf(content));
  if (results.length === 0) return null;
  return results.map((part) => stringOf(objectOf(part).text) || JSON.stringify(part)).join(" ");
}

/** `inputTokens` excludes what was read from the cache. */
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
    for (const piece of JSON.stringify(input).match(/[\s\S]{1,8}/gu) ?? []) {
      const delta = { toolUse: { input: piece } };
      yield frame("contentBlockDelta", { contentBlockIndex: 0, delta }, true);
    }
  }
  for (const text of reply.chunks) {
    yield frame("contentBlockDelta", { contentBlockIndex: 0, delta: { text } }, true);
  }
  yield frame("contentBlockStop", { contentBlockIndex: 0 });
  yield frame("messageStop", { stopReason: STOP[reply.stop] });
  yield frame("metadata", { metrics: { latencyMs: 412 }, usage: usageOf(prompt, reply) });
}

/** Bedrock pads each event (`p`) so that its length does not betray the token's. */
function frame(type: string, payload: JsonObject, paced = false): Frame {
  const size = JSON.stringify(payload).length;
  const headers = {
    ":event-type": type,
    ":content-type": "application/json",
    ":message-type": "event",
  };
  const padding = PADDING.slice(0, size % PADDING.length);
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
