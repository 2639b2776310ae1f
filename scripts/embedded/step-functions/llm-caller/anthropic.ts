import { type JsonObject, objectOf, stringOf } from "../../json";
import { transformError } from "./caller-error";
import type { Block } from "./event";
import { blocksOf, single, systemText, type Transformer, turns, usageOf } from "./transformer";

const cached = { cache_control: { type: "ephemeral" } };

/** Anthropic's Messages, with `tools` and `tool_choice` even if the agent has no tools. */
export const anthropic: Transformer = {
  headers: { "anthropic-version": "2023-06-01" },
  request: (event) => {
    const { provider_config, messages, tools, max_tokens = 4096, stream } = event;
    const system = systemText(messages);
    return {
      model: provider_config.model_id,
      messages: turns(messages)
        .map(({ role, content }) => ({ role, content: blocksOf(content) }))
        .filter(({ content }) => content.length > 0),
      max_tokens,
      ...(system !== null && { system: [{ type: "text", text: system, ...cached }] }),
      temperature: single(event.temperature),
      top_p: single(event.top_p),
      stream,
      ...(tools && {
        tools: tools.map((tool, index) => ({ ...tool, ...(index === tools.length - 1 && cached) })),
        tool_choice: { type: "auto" },
      }),
    };
  },
  answer: (body) => {
    const { content, usage, stop_reason } = objectOf(body);
    if (content === undefined) throw transformError("No content in response");
    if (!Array.isArray(content)) throw transformError("Content is not an array");
    const blocks = content.map(objectOf).flatMap(blockOf);
    const calls = blocks.flatMap((block) => (block.type === "tool_use" ? [block] : []));
    return {
      content: blocks,
      rawCalls: content.filter((block) => objectOf(block).type === "tool_use"),
      calls,
      stop_reason,
      usage: usageOf(usage, "input_tokens", "output_tokens"),
    };
  },
};

/** The caller has no type for other blocks, such as thinking. */
function blockOf({ type, text, id, name, input }: JsonObject): Block[] {
  if (type === "text") return typeof text === "string" ? [{ type, text }] : [];
  if (type !== "tool_use") return [];
  return [{ type, id: stringOf(id), name: stringOf(name), input: input ?? {} }];
}
