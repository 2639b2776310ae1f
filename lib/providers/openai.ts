import "server-only";
import type { ChatCompletionChunk } from "openai/resources/chat/completions";
import type { CompletionUsage } from "openai/resources/completions";
import type { ToolCall, Usage } from "@/lib/completions/schema";
import {
  AnswerText,
  endAnswer,
  incompleteAnswer,
  ToolCallFragments,
  toolArguments,
} from "./answer";
import { answerLimits, answerTooLarge } from "./answer-limits";
import { openaiClient } from "./openai-client";
import { type Dialect, requestBody } from "./openai-request";
import {
  type Adapter,
  type AnswerPart,
  type StopReason,
  type Transport,
  TransportError,
} from "./provider";

const stopReasons: Record<string, StopReason> = {
  stop: "end",
  length: "max_tokens",
  tool_calls: "tool_use",
  function_call: "tool_use",
  content_filter: "content_filter",
};

/** Chat Completions, for OpenAI and the providers with the same protocol. */
export function openaiAdapter(dialect: Dialect): Adapter {
  return async function* (call, wire) {
    const { APIError } = await import("openai");
    const client = await openaiClient(wire);
    const body = requestBody(call, dialect);
    const withReasoning = dialect.returnsReasoning ? signFirstCall : (calls: ToolCall[]) => calls;
    try {
      if (call.stream) {
        yield* streamed(
          withReasoning,
          await client.chat.completions.create({
            ...body,
            stream: true,
            stream_options: { include_usage: true },
          }),
        );
      } else {
        yield* whole(
          withReasoning,
          await client.chat.completions.create({ ...body, stream: false }),
        );
      }
    } catch (error) {
      if (error instanceof APIError && error.error !== undefined)
        throw refusedInStream(error, wire);
      throw error;
    }
  };
}

type WithReasoning = (calls: ToolCall[], reasoning: string) => ToolCall[];

function signFirstCall([first, ...others]: ToolCall[], reasoning: string): ToolCall[] {
  if (!first) return [];
  return [{ ...first, ...(reasoning && { signature: reasoning }) }, ...others];
}

function reasoningOf(message: object): string {
  const text = "reasoning_content" in message ? message.reasoning_content : null;
  return typeof text === "string" ? text : "";
}

async function* streamed(
  withReasoning: WithReasoning,
  chunks: AsyncIterable<ChatCompletionChunk>,
): AsyncGenerator<AnswerPart> {
  const fragments = new ToolCallFragments();
  let reasoning = "";
  let usage: CompletionUsage | null | undefined;
  let finish: string | null | undefined;
  const visible = new AnswerText();
  for await (const chunk of chunks) {
    usage = chunk.usage ?? usage;
    const choice = chunk.choices?.[0];
    finish = choice?.finish_reason ?? finish;
    const delta = choice && deltaOf(choice);
    if (delta) {
      reasoning += reasoningOf(delta);
      if (reasoning.length > answerLimits.characters) throw answerTooLarge();
      yield* visibleParts(delta, visible);
    }
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
    calls: withReasoning(fragments.finish(), reasoning),
    hasText: !visible.isEmpty,
  });
}

/** Not in OpenAI's API: some compatible servers return an answer in parts, like those of requests. */
type TextPart = { text?: string; image_url?: { url?: string } };

type VisibleContent = {
  content?: string | (TextPart | null)[] | null;
  refusal?: string | null;
  audio?: { data?: string; transcript?: string } | null;
  /** Not in OpenAI's API: gateways return images here. */
  images?: { image_url?: { url?: string } }[];
};

function* visibleParts(message: VisibleContent, visible: AnswerText): Generator<AnswerPart> {
  const { content } = message;
  if (Array.isArray(content)) yield* contentParts(content, visible);
  const own = Array.isArray(content) ? null : content;
  const text = own || message.refusal || message.audio?.transcript;
  if (text) yield visible.text(text);
  if (message.audio?.data) yield visible.file("audio", message.audio.data);
  for (const { image_url } of message.images ?? []) yield imageOf(image_url, visible);
}

function* contentParts(parts: (TextPart | null)[], visible: AnswerText): Generator<AnswerPart> {
  for (const part of parts) {
    if (part?.text) yield visible.text(part.text);
    if (part?.image_url) yield imageOf(part.image_url, visible);
  }
}

const imageOf = (image: TextPart["image_url"], visible: AnswerText) =>
  visible.file("image", image?.url?.replace(/^data:[^,]*,/, "") ?? "");

/** Gateways that don't stream send the complete message in place of the delta. */
function deltaOf(choice: ChatCompletionChunk.Choice): ChatCompletionChunk.Choice.Delta | undefined {
  return (
    choice.delta ?? ("message" in choice ? (choice.message as typeof choice.delta) : undefined)
  );
}

type WholeAnswer = Awaited<
  ReturnType<InstanceType<typeof import("openai").OpenAI>["chat"]["completions"]["create"]>
> & { choices: unknown };

function* whole(
  withReasoning: WithReasoning,
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
    calls: withReasoning(calls, reasoningOf(choice.message)),
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
  prompt_cache_miss_tokens?: number;
};

/**
 * xAI counts reasoning tokens separately from `completion_tokens`, OpenAI and DeepSeek as part of
 * it; the total always includes them (docs.x.ai, "Reasoning"; platform.openai.com, "Chat
 * Completions").
 */
export function normalizeUsage(usage: ReportedUsage | null | undefined): Usage {
  if (!usage) return { input_tokens: null, output_tokens: null };
  const cached = usage.prompt_tokens_details?.cached_tokens || usage.prompt_cache_hit_tokens;
  const written = usage.prompt_tokens_details?.cache_write_tokens;
  const reasoning = usage.completion_tokens_details?.reasoning_tokens;
  return {
    input_tokens: usage.prompt_tokens ?? cachedInput(usage),
    output_tokens: outputTokens(usage),
    ...(cached ? { cache_read_tokens: cached } : {}),
    ...(written ? { cache_write_tokens: written } : {}),
    ...(reasoning ? { reasoning_tokens: reasoning } : {}),
  };
}

/** DeepSeek's input is the sum of both, even if a gateway leaves out `prompt_tokens`. */
function cachedInput(usage: ReportedUsage): number | null {
  const { prompt_cache_hit_tokens: hit, prompt_cache_miss_tokens: miss } = usage;
  return hit === undefined || miss === undefined ? null : hit + miss;
}

function outputTokens(usage: CompletionUsage): number | null {
  const { prompt_tokens: input, completion_tokens: output, total_tokens: total } = usage;
  // Compatible servers may leave out members that the SDK's types require.
  return output === undefined ? null : Math.max(output, (total ?? 0) - (input ?? total ?? 0));
}

function refusedInStream(error: { error?: unknown }, wire: Transport): TransportError {
  const body = JSON.stringify({ error: error.error });
  return new TransportError({ kind: "refused", status: wire.exchange.status, tag: null, body });
}
