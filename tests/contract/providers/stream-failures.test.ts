import { expect, it } from "vitest";
import type { CompletionCode } from "@/lib/providers/rules/codes";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { failureOf } from "@/tests/contract/providers/ask";
import { converseEvent, converseException } from "@/tests/support/event-stream";
import { answers, unfinished } from "@/tests/support/provider-answers";
import type { Replay } from "@/tests/support/replay-server";

const sse = { "content-type": "text/event-stream" };
const eventStream = { "content-type": "application/vnd.amazon.eventstream" };

it.each(providerIds)("a stream of %s that ends early is a failure", async (provider) => {
  const failure = await failureOf(unfinished(answers[provider]), { provider });
  expect(failure).toMatchObject({ code: "provider_error", provider_status: 200 });
});

const inStream: [ProviderId, Replay, CompletionCode][] = [
  [
    "openai",
    {
      headers: sse,
      body: ['data: {"error":{"message":"The server had an error","type":"server_error"}}\n\n'],
    },
    "provider_error",
  ],
  [
    "anthropic",
    {
      headers: sse,
      body: [
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      ],
    },
    "overloaded",
  ],
  [
    "google",
    {
      headers: sse,
      body: [
        'data: {"error":{"code":429,"message":"Resource has been exhausted (e.g. check quota).","status":"RESOURCE_EXHAUSTED"}}\n\n',
      ],
    },
    "rate_limited",
  ],
  [
    "bedrock",
    {
      headers: eventStream,
      body: [
        converseEvent("messageStart", { role: "assistant" }),
        converseException(
          "throttlingException",
          "Too many requests, please wait before trying again.",
        ),
      ],
    },
    "rate_limited",
  ],
  [
    "bedrock",
    { headers: eventStream, body: [converseException("modelStreamErrorException", "Broken")] },
    "provider_error",
  ],
  [
    "xai",
    {
      headers: sse,
      body: ['data: {"error":{"message":"Too many","type":"rate_limit_error"}}\n\n'],
    },
    "rate_limited",
  ],
  [
    "deepseek",
    {
      headers: sse,
      body: [
        'data: {"choices":[{"index":0,"delta":{},"finish_reason":"insufficient_system_resource"}]}\n\ndata: [DONE]\n\n',
      ],
    },
    "overloaded",
  ],
];

it.each(inStream)(
  "an error of %s in the middle of the stream gets its code",
  async (provider, replay, code) => {
    const failure = await failureOf(replay, { provider });
    expect(failure.code).toBe(code);
    expect(failure.provider_status).toBe(200);
    expect(failure.provider_message).toBeTruthy();
  },
);

const filtered: [ProviderId, Replay][] = [
  [
    "openai",
    {
      headers: sse,
      body: [
        'data: {"choices":[{"index":0,"delta":{},"finish_reason":"content_filter"}]}\n\ndata: [DONE]\n\n',
      ],
    },
  ],
  [
    "anthropic",
    {
      headers: sse,
      body: [
        'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":1,"output_tokens":1}}}\n\n',
        'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"refusal","stop_details":{"type":"refusal","category":"bio","explanation":"Not this"}},"usage":{"output_tokens":1}}\n\n',
        'event: message_stop\ndata: {"type":"message_stop"}\n\n',
      ],
    },
  ],
  [
    "google",
    { headers: sse, body: ['data: {"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}\n\n'] },
  ],
  [
    "google",
    { headers: sse, body: ['data: {"candidates":[{"index":0,"finishReason":"SAFETY"}]}\n\n'] },
  ],
  [
    "bedrock",
    {
      headers: eventStream,
      body: [
        converseEvent("contentBlockDelta", {
          contentBlockIndex: 0,
          delta: { text: "Sorry, blocked" },
        }),
        converseEvent("messageStop", { stopReason: "guardrail_intervened" }),
      ],
    },
  ],
];

it.each(filtered)(
  "an answer that %s filtered completely is explained",
  async (provider, replay) => {
    const failure = await failureOf(replay, { provider });
    expect(failure.code).toBe("content_filtered");
  },
);
