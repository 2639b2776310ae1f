import "server-only";
import type { ContentBlockParam, MessageParam } from "@anthropic-ai/sdk/resources/messages";
import type { ContentPart, Message } from "@/lib/completions/schema";
import { argumentsObject, partsOf } from "@/lib/providers/answer";

/** One message of ours in blocks. Tool results come first, as Anthropic demands (docs, "Tool use"). */
export function anthropicMessage({ role, content }: Message): MessageParam {
  if (typeof content === "string") return { role, content };
  const parts = partsOf(content);
  const results = parts.filter(({ type }) => type === "tool_result");
  const others = parts.filter(({ type }) => type !== "tool_result");
  return { role, content: [...results, ...others].map(block) };
}

function block(part: ContentPart): ContentBlockParam {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image": {
      const { media_type, data } = part;
      return { type: "image", source: { type: "base64", media_type, data } };
    }
    case "tool_call":
      return {
        type: "tool_use",
        id: part.id,
        name: part.name,
        input: argumentsObject(part.arguments),
      };
    case "tool_result":
      return { type: "tool_result", tool_use_id: part.tool_call_id, content: part.content };
  }
}
