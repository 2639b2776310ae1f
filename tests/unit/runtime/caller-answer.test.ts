import { describe, expect, test } from "vitest";
import { type CallerAnswer, readCallerAnswer } from "@/lib/runtime/rules/caller-answer";
import { callerFailure, callerMessageOf } from "@/lib/runtime/rules/caller-failure";
import { readCallerPayload } from "@/lib/runtime/rules/caller-payload";
import type { Transformer } from "@/lib/runtime/schema";

function read(transformer: Transformer, answer: unknown, status = 200): CallerAnswer {
  const body = typeof answer === "string" ? answer : JSON.stringify(answer);
  return readCallerAnswer(transformer, { provider_id: "openai", status, body });
}

const errorOf = (answer: CallerAnswer) => (answer.understood ? null : answer.errorMessage);

describe("what the caller cannot read fails in its own words", () => {
  test.each<[Transformer, unknown, string]>([
    ["openai_v1", {}, "Transform error: No choices in response"],
    ["openai_v1", { choices: [] }, "Transform error: No choices in response"],
    ["openai_v1", { choices: [{ delta: {} }] }, "Transform error: No message in choice"],
    ["anthropic_v1", { completion: "" }, "Transform error: No content in response"],
    ["anthropic_v1", { content: "text" }, "Transform error: Content is not an array"],
    ["gemini_v1", { candidates: [] }, "Transform error: No candidates in response"],
    [
      "gemini_v1",
      { candidates: [{ content: { role: "model" }, finishReason: "MAX_TOKENS" }] },
      "Transform error: No parts in content",
    ],
    ["bedrock_v1", { message: {} }, "Transform error: No output in Bedrock response"],
    ["bedrock_v1", { output: {} }, "Transform error: No message in output"],
  ])("%s: %j", (transformer, answer, message) => {
    expect(errorOf(read(transformer, answer))).toBe(message);
  });

  test("a page under status 200", () => {
    expect(errorOf(read("openai_v1", "<html></html>"))).toBe(
      "HTTP request failed: error decoding response body",
    );
  });

  test("a refusal, with the body as it came", () => {
    const body = '{"error": {"message": "Unsupported parameter"}}';
    expect(errorOf(read("openai_v1", body, 400))).toBe(
      `Provider API error: openai returned 400: ${body}`,
    );
  });
});

describe("what the caller counts", () => {
  test.each<[string, Transformer, object, number, number]>([
    [
      "OpenAI's prompt and completion tokens",
      "openai_v1",
      { choices: [{ message: {} }], usage: { prompt_tokens: 7, completion_tokens: 3 } },
      7,
      3,
    ],
    [
      "Anthropic's input without what the cache read and wrote",
      "anthropic_v1",
      {
        content: [],
        usage: {
          input_tokens: 5,
          cache_read_input_tokens: 900,
          cache_creation_input_tokens: 90,
          output_tokens: 2,
        },
      },
      5,
      2,
    ],
    [
      "Gemini's candidates without thoughts",
      "gemini_v1",
      {
        candidates: [{ content: { parts: [] } }],
        usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 2, thoughtsTokenCount: 800 },
      },
      4,
      2,
    ],
    [
      "Bedrock's tokens",
      "bedrock_v1",
      {
        output: { message: {} },
        usage: { inputTokens: 6, outputTokens: 1, totalTokens: 7 },
      },
      6,
      1,
    ],
    [
      "nothing for a usage that is null",
      "openai_v1",
      { choices: [{ message: {} }], usage: null },
      0,
      0,
    ],
  ])("%s", (_, transformer, answer, input_tokens, output_tokens) => {
    expect(read(transformer, answer)).toMatchObject({ counted: { input_tokens, output_tokens } });
  });

  test.each<[Transformer, object]>([
    ["openai_v1", { choices: [{ message: {} }] }],
    ["anthropic_v1", { content: [] }],
    ["gemini_v1", { candidates: [{ content: { parts: [] } }] }],
    ["bedrock_v1", { output: { message: {} }, usage: { inputTokens: 6, outputTokens: 1 } }],
  ])("%s without usage counts as nothing, not as zero", (transformer, answer) => {
    expect(read(transformer, answer)).toMatchObject({ understood: true, counted: null });
  });
});

describe("calls of tools", () => {
  const call = { id: "c1", function: { name: "clock", arguments: '{"zone":"UTC"}' } };
  const openai = (...tool_calls: unknown[]) =>
    read("openai_v1", { choices: [{ message: { content: null, tool_calls } }] });

  test("OpenAI's are read, and not part of the message that returns", () => {
    expect(openai(call)).toMatchObject({
      calls: [{ id: "c1", name: "clock", input: { zone: "UTC" } }],
      message: { role: "assistant", content: [] },
    });
  });

  test("arguments that are no JSON become an empty object, a call without an ID is lost", () => {
    const broken = { id: "c2", function: { name: "clock", arguments: '{"zone"' } };
    expect(openai(broken, { function: call.function })).toMatchObject({
      calls: [{ id: "c2", name: "clock", input: {} }],
    });
  });

  test("Gemini's return without their thought signatures", () => {
    const parts = [{ functionCall: { name: "clock", args: {} }, thoughtSignature: "abc" }];
    const answer = read("gemini_v1", { candidates: [{ content: { parts } }] });
    expect(JSON.stringify(answer)).not.toContain("abc");
    expect(answer).toMatchObject({ calls: [{ name: "clock", input: {} }] });
  });
});

describe("what the caller gets from the machine", () => {
  const provider_config = {
    provider_id: "openai",
    model_id: "m",
    endpoint: "https://api.openai.com/v1/chat/completions",
    auth_header_name: "Authorization",
    secret_path: "/s",
    secret_key_name: "OPENAI_API_KEY",
    request_transformer: "openai_v1",
    response_transformer: "openai_v1",
  };
  const messages = [{ role: "user", content: "Hi" }];

  test("is read without the members that it does not know", () => {
    const known = [{ role: "assistant", content: [], tool_calls: [{}] }];
    const { payload } = readCallerPayload({ provider_config, messages: known, more: 1 });
    expect(payload?.messages).toEqual([{ role: "assistant", content: [] }]);
  });

  test.each([
    [{ ...provider_config, endpoint: undefined }, messages, "missing field `endpoint`"],
    [provider_config, undefined, "missing field `messages`"],
    [
      provider_config,
      [...messages, { role: "user", content: [{ error: "Unknown tool" }] }],
      "data did not match any variant of untagged enum MessageContent",
    ],
    [
      provider_config,
      [{ role: "user", content: [{ type: "tool_result", tool_use_id: "1", content: { a: 1 } }] }],
      "data did not match any variant of untagged enum MessageContent",
    ],
  ])("%#: fails in the words of its reader", (config, sent, errorMessage) => {
    const read = readCallerPayload({ provider_config: config, messages: sent });
    expect(read).toEqual({ payload: null, errorMessage });
  });
});

test("a failure of the caller is told apart by its message", () => {
  const failure = callerFailure("missing field `endpoint`");
  expect(failure.error).toMatch(/^&alloc::boxed::Box<dyn core::error::Error/);
  expect(JSON.parse(failure.cause)).toMatchObject({ errorMessage: "missing field `endpoint`" });
  expect(callerMessageOf(failure)).toBe("missing field `endpoint`");
  expect(callerMessageOf({ cause: "An error occurred while executing the state" })).toBeNull();
});
