import "server-only";
import type {
  ChatCompletionChunk,
  ChatCompletionContentPart,
  ChatCompletionCreateParamsBase,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
  ChatCompletionToolChoiceOption,
} from "openai/resources/chat/completions";
import type { CompletionUsage } from "openai/resources/completions";
import type { ContentPart, Message, ToolChoice, Usage } from "@/lib/completions/schema";
import {
  AnswerText,
  endAnswer,
  incompleteAnswer,
  partsOf,
  ToolCallFragments,
  toolArguments,
  toolSchema,
} from "./answer";
import { openaiClient } from "./openai-client";
import {
  type Adapter,
  type AnswerPart,
  type ProviderCall,
  type StopReason,
  type Transport,
  TransportError,
} from "./provider";

/** The parameter of the output limit: OpenAI's current one, or the older one of xAI and DeepSeek. */
export type LimitName = "max_completion_tokens" | "max_tokens";

const stopReasons: Record<string, StopReason> = {
  stop: "end",
  length: "max_tokens",
  tool_calls: "tool_use",
  function_call: "tool_use",
  content_filter: "content_filter",
};

/** Chat Completions, for OpenAI and the providers with the same protocol. */
export function openaiAdapter(limitName: LimitName): Adapter {
  return async function* (call, wire) {
    const { APIError } = await import("openai");
    const client = await openaiClient(wire);
    const body = requestBody(call, limitName);
    try {
      if (call.stream) {
        yield* streamed(
          await client.chat.completions.create({
            ...body,
            stream: true,
            stream_options: { include_usage: true },
          }),
        );
      } else {
        yield* whole(await client.chat.completions.create({ ...body, stream: false }));
      }
    } catch (error) {
      if (error instanceof APIError && error.error !== undefined)
        throw refusedInStream(error, wire);
      throw error;
    }
  };
}

function requestBody(call: ProviderCall, limitName: LimitName): ChatCompletionCreateParamsBase {
  const system: ChatCompletionMessageParam[] =
    call.system === undefined ? [] : [{ role: "system", content: call.system }];
  return {
    model: call.model_id,
    messages: [...system, ...call.messages.flatMap(toChatMessages)],
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

async function* streamed(chunks: AsyncIterable<ChatCompletionChunk>): AsyncGenerator<AnswerPart> {
  const fragments = new ToolCallFragments();
  let usage: CompletionUsage | null | undefined;
  let finish: string | null | undefined;
  const visible = new AnswerText();
  for await (const chunk of chunks) {
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.[0];
    finish = choice?.finish_reason ?? finish;
    const delta = choice && deltaOf(choice);
    if (delta) yield* visibleParts(delta, visible);
    for (const part of delta?.tool_calls ?? []) {
      fragments.add(part.index ?? fragments.size, {
        id: part.id,
        name: part.function?.name,
        json: part.function?.arguments,
      });
    }
  }
  if (!finish) throw incompleteAnswer();
  yield* endAnswer({
    ...endOf(finish, usage),
    calls: fragments.finish(),
    hasText: !visible.isEmpty,
  });
}

type VisibleContent = {
  content?: string | null;
  refusal?: string | null;
  audio?: { data?: string; transcript?: string } | null;
  /** Not OpenAI's: gateways return images so. */
  images?: { image_url?: { url?: string } }[];
};

function* visibleParts(message: VisibleContent, visible: AnswerText): Generator<AnswerPart> {
  const text = message.content || message.refusal || message.audio?.transcript;
  if (text) yield visible.text(text);
  if (message.audio?.data) yield visible.file("audio", message.audio.data);
  for (const { image_url } of message.images ?? []) {
    yield visible.file("image", image_url?.url?.replace(/^data:[^,]*,/, "") ?? "");
  }
}

/** Gateways that don't stream put the whole message where the delta belongs. */
function deltaOf(choice: ChatCompletionChunk.Choice): ChatCompletionChunk.Choice.Delta | undefined {
  return (
    choice.delta ?? ("message" in choice ? (choice.message as typeof choice.delta) : undefined)
  );
}

type WholeAnswer = Awaited<
  ReturnType<InstanceType<typeof import("openai").OpenAI>["chat"]["completions"]["create"]>
> & { choices: unknown };

function* whole(
  answer: Extract<WholeAnswer, { object: "chat.completion" }>,
): Generator<AnswerPart> {
  const choice = answer.choices?.[0];
  if (!choice?.finish_reason) throw incompleteAnswer();
  const visible = new AnswerText();
  yield* visibleParts(choice.message, visible);
  const calls = (choice.message.tool_calls ?? []).flatMap((call) =>
    call.type === "function"
      ? [
          {
            id: call.id,
            name: call.function.name,
            arguments: toolArguments(call.function.arguments),
          },
        ]
      : [],
  );
  yield* endAnswer({
    ...endOf(choice.finish_reason, answer.usage),
    calls,
    hasText: !visible.isEmpty,
  });
}

function endOf(finish: string, usage: CompletionUsage | null | undefined) {
  // DeepSeek drops an answer with this reason when it is overloaded.
  if (finish === "insufficient_system_resource") {
    const body = JSON.stringify({ error: { type: "overloaded_error", message: finish } });
    throw new TransportError({ kind: "refused", status: 200, tag: null, body });
  }
  return { stop_reason: stopReasons[finish] ?? finish, usage: normalizeUsage(usage) };
}

/** OpenAI's usage with members that its SDK doesn't type, and DeepSeek's count of cached tokens. */
type ReportedUsage = Omit<CompletionUsage, "prompt_tokens_details"> & {
  prompt_tokens_details?: CompletionUsage.PromptTokensDetails & { cache_write_tokens?: number };
  prompt_cache_hit_tokens?: number;
};

/**
 * xAI counts reasoning tokens outside `completion_tokens`, OpenAI and DeepSeek inside; the total always
 * includes them (docs.x.ai, "Reasoning"; platform.openai.com, "Chat Completions").
 */
export function normalizeUsage(usage: ReportedUsage | null | undefined): Usage {
  if (!usage) return { input_tokens: null, output_tokens: null };
  const cached = usage.prompt_tokens_details?.cached_tokens || usage.prompt_cache_hit_tokens;
  const written = usage.prompt_tokens_details?.cache_write_tokens;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    input_tokens: usage.prompt_tokens ?? null,
    output_tokens: outputTokens(usage),
    ...(cached ? { cache_read_tokens: cached } : {}),
    ...(written ? { cache_write_tokens: written } : {}),
    ...(reasoning ? { reasoning_tokens: reasoning } : {}),
  };
}

function outputTokens(usage: CompletionUsage): number | null {
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = usage;
  // Compatible servers may leave out members that the types require.
  return output === undefined ? null : Math.max(output, (total ?? 0) - (input ?? total ?? 0));
}

function refusedInStream(error: { error?: unknown }, wire: Transport): TransportError {
  const body = JSON.stringify({ error: error.error });
  return new TransportError({ kind: "refused", status: wire.exchange.status, tag: null, body });
}

/** Converts a message; in Chat Completions each tool result is a separate message. */
function toChatMessages({ role, content }: Message): ChatCompletionMessageParam[] {
  if (typeof content === "string") return [{ role, content }];
  const parts = partsOf(content);
  if (role === "assistant") return [assistantMessage(parts)];
  const results = parts.flatMap(toolMessage);
  const hasText = parts.flatMap(userPart);
  return hasText.length > 0 ? [...results, { role, content: hasText }] : results;
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
