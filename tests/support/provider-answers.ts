import type { ProviderId } from "@/lib/providers/schema";
import { converseEvent } from "@/tests/support/event-stream";
import type { Replay } from "@/tests/support/replay-server";

/** Answers "Hello, world" in each provider's protocol, with 10 input and 5 output tokens. */
export type Answers = { streamed: Replay; whole: Replay; toolStreamed: Replay; toolWhole: Replay };

const SSE = { "content-type": "text/event-stream; charset=utf-8" };
const JSON_TYPE = { "content-type": "application/json" };
const EVENT_STREAM = { "content-type": "application/vnd.amazon.eventstream" };

export const toolCall = { name: "get_weather", arguments: { city: "Zürich" } };
const argumentsJson = JSON.stringify(toolCall.arguments);
const firstHalf = argumentsJson.slice(0, 7);
const secondHalf = argumentsJson.slice(7);

function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function named(value: { type: string; [member: string]: unknown }): string {
  return `event: ${value.type}\n${data(value)}`;
}

function whole(body: unknown): Replay {
  return { headers: JSON_TYPE, body: [JSON.stringify(body)] };
}

function openaiAnswers(model: string): Answers {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const chunk = (delta: unknown, finish_reason: string | null = null) =>
    data({
      id: "c1",
      object: "chat.completion.chunk",
      created: 1,
      model,
      choices: [{ index: 0, delta, finish_reason }],
    });
  const last = data({ id: "c1", object: "chat.completion.chunk", model, choices: [], usage });
  const completion = (message: unknown, finish_reason: string) =>
    whole({
      id: "c1",
      object: "chat.completion",
      model,
      choices: [{ index: 0, message, finish_reason }],
      usage,
    });
  const piece = (json: string) =>
    chunk({ tool_calls: [{ index: 0, function: { arguments: json } }] });
  const begin = { index: 0, id: "t1", type: "function", function: { name: toolCall.name } };
  return {
    streamed: {
      headers: SSE,
      body: [
        ": keep-alive\n\n",
        chunk({ role: "assistant", content: "" }),
        chunk({ content: "Hello, " }),
        chunk({ content: "world" }),
        chunk({}, "stop"),
        last,
        "data: [DONE]\n\n",
      ],
    },
    whole: completion({ role: "assistant", content: "Hello, world" }, "stop"),
    toolStreamed: {
      headers: SSE,
      body: [
        chunk({ role: "assistant", tool_calls: [begin] }),
        piece(firstHalf),
        piece(secondHalf),
        chunk({}, "tool_calls"),
        last,
        "data: [DONE]\n\n",
      ],
    },
    toolWhole: completion(
      {
        role: "assistant",
        content: null,
        tool_calls: [
          {
            id: "t1",
            type: "function",
            function: { name: toolCall.name, arguments: argumentsJson },
          },
        ],
      },
      "tool_calls",
    ),
  };
}

function anthropicAnswers(): Answers {
  const usage = { input_tokens: 4, cache_read_input_tokens: 5, cache_creation_input_tokens: 1 };
  const message = (content: unknown[], stop_reason: string | null) => ({
    id: "m1",
    type: "message",
    role: "assistant",
    model: "claude-test",
    content,
    stop_reason,
    stop_sequence: null,
    usage: { ...usage, output_tokens: stop_reason ? 5 : 1 },
  });
  const start = named({ type: "message_start", message: message([], null) });
  const block = (content_block: unknown) =>
    named({ type: "content_block_start", index: 0, content_block });
  const delta = (value: unknown) => named({ type: "content_block_delta", index: 0, delta: value });
  const stop = (stop_reason: string) =>
    named({ type: "content_block_stop", index: 0 }) +
    named({
      type: "message_delta",
      delta: { stop_reason, stop_sequence: null },
      usage: { output_tokens: 5 },
    }) +
    named({ type: "message_stop" });
  const tool = { type: "tool_use", id: "t1", name: toolCall.name };
  return {
    streamed: {
      headers: SSE,
      body: [
        start,
        block({ type: "text", text: "" }),
        named({ type: "ping" }),
        delta({ type: "text_delta", text: "Hello, " }),
        delta({ type: "text_delta", text: "world" }),
        stop("end_turn"),
      ],
    },
    whole: whole(message([{ type: "text", text: "Hello, world" }], "end_turn")),
    toolStreamed: {
      headers: SSE,
      body: [
        start,
        block({ ...tool, input: {} }),
        delta({ type: "input_json_delta", partial_json: firstHalf }),
        delta({ type: "input_json_delta", partial_json: secondHalf }),
        stop("tool_use"),
      ],
    },
    toolWhole: whole(message([{ ...tool, input: toolCall.arguments }], "tool_use")),
  };
}

function googleAnswers(): Answers {
  const usageMetadata = {
    promptTokenCount: 10,
    candidatesTokenCount: 3,
    thoughtsTokenCount: 2,
    totalTokenCount: 15,
  };
  const chunk = (parts: unknown[], finishReason?: string) => ({
    candidates: [{ index: 0, content: { role: "model", parts }, finishReason }],
    usageMetadata,
  });
  const call = { functionCall: { id: "t1", name: toolCall.name, args: toolCall.arguments } };
  return {
    streamed: {
      headers: SSE,
      body: [
        data(chunk([{ text: "thinking", thought: true }])),
        data(chunk([{ text: "Hello, " }])),
        data(chunk([{ text: "world" }], "STOP")),
      ],
    },
    whole: whole(chunk([{ text: "Hello, world" }], "STOP")),
    toolStreamed: { headers: SSE, body: [data(chunk([call])), data(chunk([], "STOP"))] },
    toolWhole: whole(chunk([call], "STOP")),
  };
}

function bedrockAnswers(): Answers {
  const usage = { inputTokens: 4, outputTokens: 5, totalTokens: 15, cacheReadInputTokens: 6 };
  const metadata = converseEvent("metadata", { usage, metrics: { latencyMs: 1 } });
  const delta = (value: unknown) =>
    converseEvent("contentBlockDelta", { contentBlockIndex: 0, delta: value });
  const answer = (content: unknown[], stopReason: string) =>
    whole({
      output: { message: { role: "assistant", content } },
      stopReason,
      usage,
      metrics: { latencyMs: 1 },
    });
  const toolUse = { toolUseId: "t1", name: toolCall.name };
  return {
    streamed: {
      headers: EVENT_STREAM,
      body: [
        converseEvent("messageStart", { role: "assistant" }),
        delta({ text: "Hello, " }),
        delta({ text: "world" }),
        converseEvent("contentBlockStop", { contentBlockIndex: 0 }),
        converseEvent("messageStop", { stopReason: "end_turn" }),
        metadata,
      ],
    },
    whole: answer([{ text: "Hello, world" }], "end_turn"),
    toolStreamed: {
      headers: EVENT_STREAM,
      body: [
        converseEvent("messageStart", { role: "assistant" }),
        converseEvent("contentBlockStart", { contentBlockIndex: 0, start: { toolUse } }),
        delta({ toolUse: { input: firstHalf } }),
        delta({ toolUse: { input: secondHalf } }),
        converseEvent("contentBlockStop", { contentBlockIndex: 0 }),
        converseEvent("messageStop", { stopReason: "tool_use" }),
        metadata,
      ],
    },
    toolWhole: answer([{ toolUse: { ...toolUse, input: toolCall.arguments } }], "tool_use"),
  };
}

/** A streamed answer up to and including "Hello, ". */
export function unfinished({ streamed }: Answers): Replay {
  const chunks = streamed.body ?? [];
  const first = chunks.findIndex((chunk) => Buffer.from(chunk).includes("Hello, "));
  return { ...streamed, body: chunks.slice(0, first + 1) };
}

/** Hand-written bodies of each provider's protocol. */
export const answers: Record<ProviderId, Answers> = {
  openai: openaiAnswers("gpt-test"),
  anthropic: anthropicAnswers(),
  google: googleAnswers(),
  bedrock: bedrockAnswers(),
  xai: openaiAnswers("grok-test"),
  deepseek: openaiAnswers("deepseek-test"),
};
