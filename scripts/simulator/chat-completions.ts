import {
  isJsonObject,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  stringOf,
} from "../embedded/json";
import { readModels } from "./chat-models";
import { describeImage } from "./image-facts";
import {
  type ChatProvider,
  type Frame,
  type Operation,
  type Prompt,
  type Protocol,
  type Reply,
  RequestFault,
  type Tool,
} from "./protocol";

const finishReasons = {
  end: "stop",
  length: "length",
  tool: "tool_calls",
  filtered: "content_filter",
};

/**
 * OpenAI's chat completions and model list, including xAI's and DeepSeek's dialects.
 * Sources: platform.openai.com/docs/api-reference/chat, docs.x.ai/docs/api-reference,
 * api-docs.deepseek.com/api/create-chat-completion.
 */
export function chatCompletions(provider: ChatProvider): Protocol {
  return {
    operation: (method, path) => operation(provider, method, path),
    read: readPrompt,
    whole: (prompt, reply) => wholeAnswer(provider, prompt, reply),
    frames: (prompt, reply) => streamFrames(provider, prompt, reply),
    streamType: () => "text/event-stream; charset=utf-8",
    errorFrame: (body) => `data: ${JSON.stringify(body)}\n\n`,
    headers: (id) => ({ "x-request-id": `req_${id}` }),
  };
}

function operation(provider: ChatProvider, method: string, path: string): Operation | null {
  // DeepSeek supports paths with and without /v1; OpenAI's and xAI's base URLs end in it.
  const route = path.replace(/^\/v1(?=\/)/, "");
  if (method === "POST" && route === "/chat/completions") {
    return { kind: "complete", model: "", stream: false, sse: true };
  }
  if (method !== "GET") return null;
  return readModels(provider, route);
}

function readPrompt(body: JsonObject): Prompt {
  const messages = listOf(body.messages).filter(isJsonObject);
  if (messages.length === 0)
    throw new RequestFault("bad_request", "Missing required parameter: 'messages'.");
  const model = stringOf(body.model);
  if (model === "") throw new RequestFault("bad_request", "you must provide a model parameter");
  const userMessages = messages.filter((message) => message.role === "user");
  const systemMessages = messages.filter(({ role }) => role === "system" || role === "developer");
  const tools = readTools(body);
  const texts = messages.map((message) => textOf(message.content));
  return {
    model,
    lastUser: textOf(userMessages.at(-1)?.content),
    system: systemMessages.map((message) => textOf(message.content)).join("\n"),
    inputText: texts.join("\n") + (tools.length > 0 ? JSON.stringify(body.tools) : ""),
    messages: messages.length,
    images: messages.flatMap((message) => listOf(message.content)).flatMap(imagesOf),
    tools,
    toolChoice: readToolChoice(body.tool_choice),
    toolResult: messages.at(-1)?.role === "tool" ? textOf(messages.at(-1)?.content) : null,
    maxTokens: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
    cacheMarked: true,
    stream: body.stream === true,
    includeUsage: objectOf(body.stream_options).include_usage === true,
  };
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return listOf(content)
    .map((part) => stringOf(objectOf(part).text))
    .join(" ");
}

function imagesOf(part: unknown): string[] {
  if (objectOf(part).type !== "image_url") return [];
  const url = stringOf(objectOf(objectOf(part).image_url).url);
  const [, type = "", data = ""] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
  return [describeImage(type, data)];
}

function readTools(body: JsonObject): Tool[] {
  return listOf(body.tools)
    .map((tool) => objectOf(objectOf(tool).function))
    .map((fn) => ({ name: stringOf(fn.name), schema: fn.parameters }))
    .filter((tool) => tool.name !== "");
}

function readToolChoice(choice: unknown): Prompt["toolChoice"] {
  if (choice === "none" || choice === "required") return choice;
  const name = stringOf(objectOf(objectOf(choice).function).name);
  return name === "" ? "auto" : { name };
}

/**
 * Token usage as each provider reports it: OpenAI and DeepSeek include reasoning in
 * `completion_tokens`, xAI only in the total. DeepSeek also splits the input by cache.
 */
function usageOf(provider: ChatProvider, { usage }: Reply): JsonObject {
  const { input, cached, output, reasoning } = usage;
  const completion = provider === "xai" ? output : output + reasoning;
  const counts: JsonObject = {
    prompt_tokens: input,
    completion_tokens: completion,
    total_tokens: input + output + reasoning,
    prompt_tokens_details: { cached_tokens: cached },
  };
  if (provider === "deepseek") {
    if (reasoning > 0) counts.completion_tokens_details = { reasoning_tokens: reasoning };
    return { ...counts, prompt_cache_hit_tokens: cached, prompt_cache_miss_tokens: input - cached };
  }
  counts.prompt_tokens_details = { cached_tokens: cached, audio_tokens: 0 };
  counts.completion_tokens_details = {
    reasoning_tokens: reasoning,
    audio_tokens: 0,
    accepted_prediction_tokens: 0,
    rejected_prediction_tokens: 0,
  };
  return counts;
}

function envelope(
  provider: ChatProvider,
  prompt: Prompt,
  reply: Reply,
  object: string,
): JsonObject {
  return {
    id: provider === "openai" ? `chatcmpl-${reply.id}` : reply.id,
    object,
    created: Math.floor(Date.now() / 1000),
    model: prompt.model,
    ...(provider === "openai" ? { service_tier: "default" } : {}),
    system_fingerprint: "fp_simulated",
  };
}

function toolCallOf(reply: Reply): JsonObject | null {
  if (!reply.toolCall) return null;
  const { id, name, input } = reply.toolCall;
  return {
    id: `call_${id}`,
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  };
}

function wholeAnswer(provider: ChatProvider, prompt: Prompt, reply: Reply): JsonObject {
  const call = toolCallOf(reply);
  const text = reply.chunks.join("");
  const message = {
    role: "assistant",
    content: call ? null : text,
    ...(call ? { tool_calls: [call] } : {}),
    ...(provider === "deepseek" ? {} : { refusal: null }),
    ...reasoningText(provider, reply),
  };
  return {
    ...envelope(provider, prompt, reply, "chat.completion"),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReasons[reply.stop] }],
    usage: usageOf(provider, reply),
  };
}

function reasoningText(provider: ChatProvider, { usage }: Reply): JsonObject {
  if (provider === "openai" || usage.reasoning === 0) return {};
  return { reasoning_content: "Simulated reasoning." };
}

function* streamFrames(provider: ChatProvider, prompt: Prompt, reply: Reply): Iterable<Frame> {
  const head = envelope(provider, prompt, reply, "chat.completion.chunk");
  const nullUsage = prompt.includeUsage && provider === "openai" ? { usage: null } : {};
  const chunk = (delta: JsonObject, finish: string | null = null) =>
    event({
      ...head,
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
      ...nullUsage,
    });

  yield { data: chunk({ role: "assistant", content: "" }), paced: false };
  const reasoning = reasoningText(provider, reply);
  if (reasoning.reasoning_content) yield { data: chunk(reasoning), paced: true };
  for (const content of reply.chunks) yield { data: chunk({ content }), paced: true };
  for (const delta of toolDeltas(reply)) yield { data: chunk(delta), paced: true };
  yield { data: chunk({}, finishReasons[reply.stop]), paced: false };
  if (prompt.includeUsage) {
    yield { data: event({ ...head, choices: [], usage: usageOf(provider, reply) }), paced: false };
  }
  yield { data: "data: [DONE]\n\n", paced: false };
}

/** As OpenAI streams a call: its name with empty arguments, then the arguments in chunks. */
function* toolDeltas(reply: Reply): Iterable<JsonObject> {
  if (!reply.toolCall) return;
  const { id, name, input } = reply.toolCall;
  const start = { index: 0, id: `call_${id}`, type: "function" };
  yield { tool_calls: [{ ...start, function: { name, arguments: "" } }] };
  for (const part of JSON.stringify(input).match(/[\s\S]{1,8}/gu) ?? []) {
    yield { tool_calls: [{ index: 0, function: { arguments: part } }] };
  }
}

function event(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}
