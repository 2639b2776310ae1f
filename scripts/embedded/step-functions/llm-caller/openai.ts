import { isJsonObject, type JsonObject, listOf, objectOf, stringOf } from "../../json";
import { transformError } from "./caller-error";
import type { Block, Message } from "./event";
import { blocksOf, single, type ToolCall, type Transformer, textOf, usageOf } from "./transformer";
import { wireJson } from "./wire-json";

/** OpenAI's Chat Completions, with an empty `tools` if the agent has none. */
export const openai: Transformer = {
  headers: {},
  request: ({ provider_config, messages, tools, temperature, max_tokens, top_p, stream }) => ({
    model: provider_config.model_id,
    messages: chatMessages(messages),
    temperature: single(temperature),
    max_tokens,
    top_p: single(top_p),
    stream,
    tools: tools?.map(({ name, description, input_schema }) => ({
      type: "function",
      function: { name, description, parameters: input_schema },
    })),
  }),
  answer: (body) => {
    const { choices, usage } = objectOf(body);
    const choice = listOf(choices)[0];
    if (choice === undefined) throw transformError("No choices in response");
    const { message, finish_reason } = objectOf(choice);
    if (!isJsonObject(message)) throw transformError("No message in choice");
    const text = stringOf(message.content);
    const calls = listOf(message.tool_calls).flatMap(callOf);
    return {
      content: text === "" ? [] : [{ type: "text", text }],
      rawCalls: calls.length > 0 ? listOf(message.tool_calls) : [],
      calls,
      stop_reason: finish_reason,
      usage: usageOf(usage, "prompt_tokens", "completion_tokens"),
    };
  },
};

function callOf(value: unknown): ToolCall[] {
  const { id, function: called } = objectOf(value);
  const { name, arguments: text } = objectOf(called);
  if (typeof id !== "string" || typeof name !== "string" || typeof text !== "string") return [];
  return [{ id, name, input: parsed(text) }];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/**
 * A tool's result follows the assistant message with its call. The caller drops the model's own
 * calls when the answer is sent back, so the call is rebuilt from the result. Text beside results
 * is dropped, and so are images.
 */
function chatMessages(messages: Message[]): JsonObject[] {
  const chat: JsonObject[] = [];
  let isRebuilt = false;
  for (const message of messages) {
    const results = message.role === "user" ? resultsOf(message) : [];
    if (message.role === "assistant") isRebuilt = false;
    if (results.length === 0) {
      chat.push(chatMessage(message));
      continue;
    }
    const index = chat.findLastIndex(({ role }) => role === "assistant");
    if (index >= 0 && !isRebuilt) {
      const [caller] = chat.splice(index, 1);
      chat.push({ tool_calls: results.map(rebuiltCall), ...caller });
      isRebuilt = true;
    }
    for (const { tool_use_id, content } of results)
      chat.push({ role: "tool", tool_call_id: tool_use_id, content });
  }
  return chat;
}

type Result = Extract<Block, { type: "tool_result" }>;

function resultsOf({ content }: Message): Result[] {
  return blocksOf(content).filter((block) => block.type === "tool_result");
}

function chatMessage({ role, content }: Message): JsonObject {
  const calls = blocksOf(content).flatMap((block) =>
    block.type === "tool_use" ? [chatCall(block.id, block.name, wireJson(block.input))] : [],
  );
  return { role, content: textOf(content), ...(calls.length > 0 && { tool_calls: calls }) };
}

const rebuiltCall = ({ tool_use_id }: Result) => chatCall(tool_use_id, "unknown", "{}");

function chatCall(id: string, name: string, text: string): JsonObject {
  return { id, type: "function", function: { name, arguments: text } };
}
