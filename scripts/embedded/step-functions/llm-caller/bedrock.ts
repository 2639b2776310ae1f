import { isJsonObject, type JsonObject, listOf, objectOf, stringOf } from "../../json";
import { transformError } from "./caller-error";
import type { Block } from "./event";
import { blocksOf, systemTexts, type Transformer, turns, usageOf } from "./transformer";
import { Float } from "./wire-json";

/** Bedrock's Converse, with a toolConfig even if the agent has no tools. */
export const bedrock: Transformer = {
  headers: {},
  request: ({ messages, tools, temperature, max_tokens }) => {
    const system = systemTexts(messages);
    return {
      messages: turns(messages).map(({ role, content }) => ({
        role,
        content: blocksOf(content).flatMap(converseBlock),
      })),
      inferenceConfig: { maxTokens: max_tokens, temperature: Float.single(temperature) },
      toolConfig: {
        tools: tools.map(({ name, description, input_schema }) => ({
          toolSpec: { name, description, inputSchema: { json: input_schema } },
        })),
        toolChoice: { auto: {} },
      },
      ...(system.length > 0 && { system: system.map((text) => ({ text })) }),
    };
  },
  answer: (body) => {
    const { output, usage, stopReason } = objectOf(body);
    const { message } = objectOf(output);
    if (!isJsonObject(message)) throw transformError("Missing output.message in response");
    const blocks = listOf(message.content).map(objectOf).flatMap(blockOf);
    const { inputTokens, outputTokens, totalTokens } = objectOf(usage);
    return {
      message: { role: "assistant", content: blocks },
      calls: blocks.flatMap((block) => (block.type === "tool_use" ? [block] : [])),
      stop_reason: stringOf(stopReason) || null,
      usage: typeof totalTokens === "number" ? usageOf(inputTokens, outputTokens) : null,
    };
  },
};

/** Images are dropped. */
function converseBlock(block: Block): JsonObject[] {
  if (block.type === "text") return [{ text: block.text }];
  if (block.type === "image") return [];
  if (block.type === "tool_use") {
    const { id: toolUseId, name, input } = block;
    return [{ toolUse: { toolUseId, name, input } }];
  }
  const { tool_use_id: toolUseId, content } = block;
  return [{ toolResult: { toolUseId, content: [{ text: content }] } }];
}

function blockOf({ text, toolUse }: JsonObject): Block[] {
  if (toolUse === undefined) return typeof text === "string" ? [{ type: "text", text }] : [];
  const { toolUseId, name, input } = objectOf(toolUse);
  return [{ type: "tool_use", id: stringOf(toolUseId), name: stringOf(name), input: input ?? {} }];
}
