import "server-only";
import type {
  ChatCompletionContentPart,
  ChatCompletionCreateParamsBase,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
  ChatCompletionToolChoiceOption,
} from "openai/resources/chat/completions";
import type { ContentPart, Message, ToolChoice } from "@/lib/completions/schema";
import { partsOf, toolSchema } from "./answer";
import type { ProviderCall } from "./provider";

/** The parameter of the output limit: OpenAI's current one, or the older one of xAI and DeepSeek. */
export type LimitName = "max_completion_tokens" | "max_tokens";

export type Dialect = {
  limitName: LimitName;
  /**
   * Whether `reasoning_content` must come back with the tool calls that it led to, as DeepSeek
   * requires (api-docs.deepseek.com, "Thinking mode"). It is stored as the signature of the first
   * call.
   */
  returnsReasoning?: boolean;
};

/** The body of a Chat Completions request. */
export function requestBody(
  call: ProviderCall,
  { limitName, returnsReasoning = false }: Dialect,
): ChatCompletionCreateParamsBase {
  const system: ChatCompletionMessageParam[] =
    call.system === undefined ? [] : [{ role: "system", content: call.system }];
  return {
    model: call.model_id,
    messages: [
      ...system,
      ...call.messages.flatMap((message) => toChatMessages(message, returnsReasoning)),
    ],
    ...(call.max_tokens === undefined ? {} : { [limitName]: call.max_tokens }),
    ...(call.temperature === undefined ? {} : { temperature: call.temperature }),
    ...(call.tools?.length
      ? {
          tools: call.tools.map((tool) => ({
            type: "function",
            function: {
              name: tool.name,
              description: tool.description,
              parameters: toolSchema(tool),
            },
          })),
        }
      : {}),
    ...(call.tool_choice === undefined ? {} : { tool_choice: toolChoice(call.tool_choice) }),
  };
}

function toolChoice(choice: ToolChoice): ChatCompletionToolChoiceOption {
  return typeof choice === "string"
    ? choice
    : { type: "function", function: { name: choice.name } };
}

/** Converts a message. In Chat Completions, each tool result is a separate message. */
function toChatMessages(
  { role, content }: Message,
  returnsReasoning: boolean,
): ChatCompletionMessageParam[] {
  if (typeof content === "string") return [{ role, content }];
  const parts = partsOf(content);
  if (role === "assistant") return [assistantMessage(parts, returnsReasoning)];
  const results = parts.flatMap(toolMessage);
  const hasText = parts.flatMap(userPart);
  return hasText.length > 0 ? [...results, { role, content: hasText }] : results;
}

function assistantMessage(
  parts: ContentPart[],
  returnsReasoning: boolean,
): ChatCompletionMessageParam {
  const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
  const calls = parts.flatMap(toolCall);
  const reasoning = parts.find((part) => part.type === "tool_call")?.signature;
  return {
    role: "assistant",
    content: text || null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    ...(returnsReasoning && reasoning ? { reasoning_content: reasoning } : {}),
  };
}

function toolCall(part: ContentPart): ChatCompletionMessageFunctionToolCall[] {
  if (part.type !== "tool_call") return [];
  const { id, name, arguments: args } = part;
  const json = typeof args === "string" ? args : JSON.stringify(args ?? {});
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
