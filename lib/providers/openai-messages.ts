import "server-only";
import type {
  ChatCompletionContentPart,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from "openai/resources/chat/completions";
import type { ContentPart, Message } from "@/lib/completions/schema";
import { partsOf } from "@/lib/providers/answer";

/** One message of ours in Chat Completions' form, where each tool result is a message of its own. */
export function chatMessages({ role, content }: Message): ChatCompletionMessageParam[] {
  if (typeof content === "string") return [{ role, content }];
  const parts = partsOf(content);
  if (role === "assistant") return [assistantMessage(parts)];
  const results = parts.flatMap(toolMessage);
  const said = parts.flatMap(userPart);
  return said.length > 0 ? [...results, { role, content: said }] : results;
}

function assistantMessage(parts: ContentPart[]): ChatCompletionMessageParam {
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  const calls = parts.flatMap(toolCall);
  return {
    role: "assistant",
    content: text || null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
}

function toolCall(part: ContentPart): ChatCompletionMessageFunctionToolCall[] {
  if (part.type !== "tool_call") return [];
  const { id, name, arguments: given } = part;
  const json = typeof given === "string" ? given : JSON.stringify(given ?? {});
  return [{ id, type: "function", function: { name, arguments: json } }];
}

function toolMessage(part: ContentPart): ChatCompletionMessageParam[] {
  if (part.type !== "tool_result") return [];
  return [{ role: "tool", tool_call_id: part.tool_call_id, content: part.content }];
}

function userPart(part: ContentPart): ChatCompletionContentPart[] {
  if (part.type === "text") return [{ type: "text", text: part.text }];
  if (part.type !== "image") return [];
  return [{ type: "image_url", image_url: { url: `data:${part.media_type};base64,${part.data}` } }];
}
