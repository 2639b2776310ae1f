import { type JsonObject, listOf, objectOf } from "../../json";
import { transformError } from "./caller-error";
import type { Block, Message } from "./event";
import {
  type Answer,
  blocksOf,
  single,
  systemText,
  type Transformer,
  textOf,
  turns,
} from "./transformer";
import { wireJson } from "./wire-json";

/** Bedrock's Converse, with a toolConfig even if the agent has no tools. */
export const bedrock: Transformer = {
  headers: {},
  request: ({ messages, tools, temperature, max_tokens = 4096, top_p }) => {
    const system = systemText(messages);
    return {
      messages: turns(messages).map(turnOf),
      inferenceConfig: {
        maxTokens: max_tokens,
        temperature: single(temperature),
        topP: single(top_p),
      },
      ...(tools && {
        toolConfig: {
          tools: tools.map(({ name, description, input_schema }) => ({
            toolSpec: { name, description, inputSchema: { json: input_schema } },
          })),
          toolChoice: { auto: {} },
        },
      }),
      ...(system !== null && { system: [{ text: system }] }),
    };
  },
  answer: (body) => {
    const { output, usage, stopReason } = objectOf(body);
    if (output === undefined) throw transformError("No output in Bedrock response");
    const { message } = objectOf(output);
    if (message === undefined) throw transformError("No message in output");
    const blocks = listOf(objectOf(message).content).map(objectOf).flatMap(blockOf);
    const calls = blocks.flatMap((block) => (block.type === "tool_use" ? [block] : []));
    return {
      content: blocks,
      rawCalls: calls.map(({ id, name, input }) => ({
        id,
        type: "function",
        function: { name, arguments: wireJson(input) },
      })),
      calls,
      stop_reason: stopReason,
      usage: usageOfConverse(usage),
    };
  },
};

/**
 * Results stand alone; in other turns, texts are joined and come before the calls. Images are
 * dropped.
 */
function turnOf({ role, content }: Message): JsonObject {
  const blocks = blocksOf(content);
  const results = blocks.flatMap((block) =>
    block.type === "tool_result" && role === "user"
      ? [{ toolResult: { toolUseId: block.tool_use_id, content: [{ text: block.content }] } }]
      : [],
  );
  if (results.length > 0) return { role, content: results };
  const texts = blocks.some(({ type }) => type === "text") ? [{ text: textOf(content) }] : [];
  const calls = blocks.flatMap((block) =>
    block.type === "tool_use"
      ? [{ toolUse: { toolUseId: block.id, name: block.name, input: block.input } }]
      : [],
  );
  const all = [...texts, ...calls];
  return { role, ...(all.length > 0 && { content: all }) };
}

function blockOf({ text, toolUse }: JsonObject): Block[] {
  if (text !== undefined) return typeof text === "string" ? [{ type: "text", text }] : [];
  const { toolUseId: id, name, input } = objectOf(toolUse);
  if (typeof id !== "string" || typeof name !== "string" || input === undefined) return [];
  return [{ type: "tool_use", id, name, input }];
}

/** All three counts, or none. */
function usageOfConverse(value: unknown): Answer["usage"] {
  const { inputTokens, outputTokens, totalTokens } = objectOf(value);
  const counts = [inputTokens, outputTokens, totalTokens];
  if (!counts.every((count) => typeof count === "number")) return null;
  const [input_tokens = 0, output_tokens = 0, total_tokens = 0] = counts;
  return { input_tokens, output_tokens, total_tokens };
}
