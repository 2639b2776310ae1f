import { isJsonObject, type JsonObject, listOf, objectOf, stringOf } from "../../json";
import { transformError } from "./caller-error";
import type { Message } from "./event";
import { blocksOf, type ToolCall, type Transformer, textOf, usageOf } from "./transformer";
import { Float } from "./wire-json";

/** OpenAI's Chat Completions, with an empty `tools` if the agent has none. */
export const openai: Transformer = {
  headers: {},
  request: ({ provider_config, messages, tools, temperature, max_tokens, stream }) => ({
    model: provider_config.model_id,
    messages: chatMessages(messages),
    temperature: Float.single(temperature),
    max_tokens,
    stream,
    tools: tools.map(({ name, description, input_schema }) => ({
      type: "function",
      function: { name, description, parameters: input_schema },
    })),
  }),
  answer: (body) => {
    const message = objectOf(listOf(objectOf(body).choices)[0]).message;
    if (!isJsonObject(message)) throw transformError("Missing choices[0].message in response");
    const calls = listOf(message.tool_calls).map(callOf);
    const { prompt_tokens, completion_tokens } = objectOf(objectOf(body).usage);
    return {
      message: {
        role: "assistant",
        content: stringOf(message.content),
        ...(calls.length > 0 && { tool_calls: message.tool_calls }),
      },
      calls,
      stop_reason: stringOf(objectOf(listOf(objectOf(body).choices)[0]).finish_reason) || null,
      usage: usageOf(prompt_tokens, completion_tokens),
    };
  },
};

function callOf(value: unknown): ToolCall {
  const { id, function: called } = objectOf(value);
  const { name, arguments: text } = objectOf(called);
  return { id: stringOf(id), name: stringOf(name), input: parsed(stringOf(text)) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/**
 * A tool's result follows the assistant's message that called it. What the model really called was
 * dropped when its answer came back, so the call is rebuilt from the result. Images are dropped.
 */
function chatMessages(messages: Message[]): JsonObject[] {
  const chat: JsonObject[] = [];
  for (const { role, content } of messages) {
    const results = blocksOf(content).filter((block) => block.type === "tool_result");
    const text = textOf(content);
    if (results.length > 0) {
      const caller =
        chat.at(-1)?.role === "assistant" ? chat.pop() : { role: "assistant", content: null };
      chat.push({ ...caller, tool_calls: results.map(rebuiltCall) });
      for (const { tool_use_id, content: result } of results)
        chat.push({ role: "tool", tool_call_id: tool_use_id, content: result });
    }
    if (results.length === 0 || text !== "") chat.push({ role, content: text });
  }
  return chat;
}

function rebuiltCall({ tool_use_id }: { tool_use_id: string }): JsonObject {
  return { id: tool_use_id, type: "function", function: { name: "unknown", arguments: "{}" } };
}
