import {
  isJsonObject,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  stringOf,
} from "../embedded/json";
import { readAnthropicModels } from "./anthropic-models";
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
  filtered: "refusal",
};

/**
 * Anthropic's Messages API, and its Models API.
 * Sources: docs.anthropic.com/en/api/messages, /en/api/messages-streaming.
 */
export const anthropicMessages: Protocol = {
  operation,
  read: readPrompt,
  whole: (prompt, reply) => ({
    ...messageHead(prompt, reply),
    content: contentOf(reply),
    stop_reason: stopReasons[reply.stop],
    usage: {
      ...inputUsage(prompt, reply),
      output_tokens: outputTokens(reply),
      service_tier: "standard",
    },
  }),
  frames: streamFrames,
  streamType: () => "text/event-stream; charset=utf-8",
  errorFrame: (body) => sse("error", objectOf(body)),
  headers: (id) => ({ "request-id": `req_${id}` }),
};

function operation(method: string, path: string, query: URLSearchParams): Operation | null {
  if (method === "POST" && path === "/v1/messages") {
    return { kind: "complete", model: "", stream: false, sse: true };
  }
  return method === "GET" ? readAnthropicModels(path, query) : null;
}

function readPrompt(body: JsonObject): Prompt {
  const model = stringOf(body.model);
  const messages = listOf(body.messages).filter(isJsonObject);
  const maxTokens = numberOf(body.max_tokens);
  if (model === "") throw new RequestFault("bad_request", "model: Field required");
  if (maxTokens === null) throw new RequestFault("bad_request", "max_tokens: Field required");
  if (messages.length === 0) {
    throw new RequestFault("bad_request", "messages: at least one message is required");
  }
  const userMessages = messages.filter(
    (message) => textOf(message.content) !== "" && message.role === "user",
  );
  const tools = listOf(body.tools)
    .map(objectOf)
    .map((tool) => ({ name: stringOf(tool.name), schema: tool.input_schema }));
  const system = textOf(body.system);
  const texts = [system, ...messages.map((message) => textOf(message.content))];
  return {
    model,
    lastUser: textOf(userMessages.at(-1)?.content),
    system,
    inputText: texts.join("\n") + (tools.length > 0 ? JSON.stringify(body.tools) : ""),
    messages: messages.length,
    images: partsOf(messages, "image").map(({ source }) =>
      describeImage(stringOf(objectOf(source).media_type), stringOf(objectOf(source).data)),
    ),
    tools,
    toolChoice: readToolChoice(objectOf(body.tool_choice)),
    toolResult: toolResult(messages.slice(-1)),
    maxTokens,
    cacheMarked: JSON.stringify(body).includes('"cache_control"'),
    stream: body.stream === true,
    includeUsage: true,
  };
}

function readToolChoice(choice: JsonObject): Prompt["toolChoice"] {
  if (choice.type === "none") return "none";
  if (choice.type === "any") return "required";
  return choice.type === "tool" ? { name: stringOf(choice.name) } : "auto";
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map((part) => stringOf(objectOf(part).text))
    .filter((text) => text !== "")
    .join(" ");
}

function partsOf(messages: JsonObject[], type: string): JsonObject[] {
  return messages
    .flatMap((message) => listOf(message.content))
    .map(objectOf)
    .filter((part) => part.type === type);
}

function toolResult(messages: JsonObject[]): string | null {
  const results = partsOf(messages, "tool_result").map((part) => textOf(part.content));
  return results.length > 0 ? results.join(" ") : null;
}

/** Anthropic's `input_tokens` excludes the tokens read from the cache. */
function inputUsage(prompt: Prompt, { usage }: Reply): JsonObject {
  const cached = prompt.cacheMarked ? usage.cached : 0;
  return {
    input_tokens: usage.input - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
  };
}

function outputTokens({ usage }: Reply): number {
  return usage.output + usage.reasoning;
}

function messageHead(prompt: Prompt, reply: Reply): JsonObject {
  return {
    id: `msg_${reply.id}`,
    type: "message",
    role: "assistant",
    model: prompt.model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
}

function contentOf(reply: Reply): JsonObject[] {
  if (reply.toolCall) {
    const { id, name, input } = reply.toolCall;
    return [{ type: "tool_use", id: `toolu_${id}`, name, input }];
  }
  return reply.chunks.length > 0 ? [{ type: "text", text: reply.chunks.join("") }] : [];
}

function* streamFrames(prompt: Prompt, reply: Reply): Iterable<Frame> {
  const input = inputUsage(prompt, reply);
  const usage = { ...input, output_tokens: 1, service_tier: "standard" };
  const message = { ...messageHead(prompt, reply), usage };
  yield frame("message_start", { message });
  const [block] = contentOf(reply);
  if (block) {
    const empty = reply.toolCall ? { ...block, input: {} } : { type: "text", text: "" };
    yield frame("content_block_start", { index: 0, content_block: empty });
    yield frame("ping", {});
    for (const delta of deltas(reply))
      yield frame("content_block_delta", { index: 0, delta }, true);
    yield frame("content_block_stop", { index: 0 });
  }
  yield frame("message_delta", {
    delta: { stop_reason: stopReasons[reply.stop], stop_sequence: null },
    usage: { ...input, output_tokens: outputTokens(reply) },
  });
  yield frame("message_stop", {});
}

function* deltas(reply: Reply): Iterable<JsonObject> {
  for (const text of reply.chunks) yield { type: "text_delta", text };
  if (!reply.toolCall) return;
  yield { type: "input_json_delta", partial_json: "" };
  for (const chunk of JSON.stringify(reply.toolCall.input).match(/[\s\S]{1,8}/gu) ?? []) {
    yield { type: "input_json_delta", partial_json: chunk };
  }
}

function frame(type: string, data: JsonObject, paced = false): Frame {
  return { data: sse(type, { type, ...data }), paced };
}

function sse(type: string, data: JsonObject): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
