import { objectOf, stringOf } from "../../json";
import { transformError } from "./caller-error";
import { systemTexts, type Transformer, turns, usageOf } from "./transformer";
import { Float } from "./wire-json";

const cached = { cache_control: { type: "ephemeral" } };

/** Anthropic's Messages, with `tools` and `tool_choice` even if the agent has no tools. */
export const anthropic: Transformer = {
  headers: { "anthropic-version": "2023-06-01" },
  request: ({ provider_config, messages, tools, temperature, max_tokens, stream }) => {
    const system = systemTexts(messages);
    return {
      model: provider_config.model_id,
      messages: turns(messages),
      max_tokens,
      ...(system.length > 0 && {
        system: system.map((text) => ({ type: "text", text, ...cached })),
      }),
      temperature: Float.single(temperature),
      stream,
      tools: tools.map((tool, index) => ({ ...tool, ...(index === tools.length - 1 && cached) })),
      tool_choice: { type: "auto" },
    };
  },
  answer: (body) => {
    const { content, usage, stop_reason } = objectOf(body);
    if (!Array.isArray(content)) throw transformError("Missing content array in response");
    const blocks = content.map(objectOf);
    const { input_tokens, output_tokens } = objectOf(usage);
    return {
      message: { role: "assistant", content: blocks.filter(isRepeatable) },
      calls: blocks
        .filter(({ type }) => type === "tool_use")
        .map(({ id, name, input }) => ({ id: stringOf(id), name: stringOf(name), input })),
      stop_reason: stringOf(stop_reason) || null,
      usage: usageOf(input_tokens, output_tokens),
    };
  },
};

/** The caller has no type for other blocks, such as thinking. */
function isRepeatable({ type }: Record<string, unknown>): boolean {
  return type === "text" || type === "tool_use";
}
