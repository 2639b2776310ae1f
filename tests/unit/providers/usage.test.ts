import { describe, expect, it } from "vitest";
import { ToolCallFragments, toolArguments } from "@/lib/providers/answer";
import { normalizeUsage as anthropic } from "@/lib/providers/anthropic";
import { normalizeUsage as bedrock } from "@/lib/providers/bedrock";
import { normalizeUsage as google } from "@/lib/providers/google";
import { normalizeUsage as openai } from "@/lib/providers/openai";

describe("usage counts cached tokens as input and reasoning as output", () => {
  it("of OpenAI, which counts both inside its totals", () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 50,
      total_tokens: 150,
      prompt_tokens_details: { cached_tokens: 80 },
      completion_tokens_details: { reasoning_tokens: 30 },
    };
    expect(openai(usage)).toEqual({
      input_tokens: 100,
      output_tokens: 50,
      cache_read_tokens: 80,
      reasoning_tokens: 30,
    });
  });

  it("of DeepSeek, also where its counts of cached tokens stand alone", () => {
    const usage = {
      completion_tokens: 10,
      prompt_cache_hit_tokens: 90,
      prompt_cache_miss_tokens: 10,
    } as Parameters<typeof openai>[0]; // Gateways leave out members that the type requires.
    expect(openai(usage)).toEqual({ input_tokens: 100, output_tokens: 10, cache_read_tokens: 90 });
  });

  it("of xAI, which counts reasoning outside the completion", () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 20,
      total_tokens: 150,
      completion_tokens_details: { reasoning_tokens: 30 },
    };
    expect(openai(usage)).toMatchObject({ output_tokens: 50, reasoning_tokens: 30 });
  });

  it("of Anthropic, which counts cached tokens outside the input", () => {
    const usage = {
      input_tokens: 10,
      output_tokens: 5,
      cache_read_input_tokens: 70,
      cache_creation_input_tokens: 20,
    };
    expect(anthropic(usage)).toEqual({
      input_tokens: 100,
      output_tokens: 5,
      cache_read_tokens: 70,
      cache_write_tokens: 20,
    });
  });

  it("of Anthropic and Bedrock, which say what is kept for an hour", () => {
    const cache_creation = { ephemeral_5m_input_tokens: 15, ephemeral_1h_input_tokens: 5 };
    const written = { cache_write_tokens: 20, cache_write_1h_tokens: 5 };
    expect(
      anthropic({
        input_tokens: 10,
        output_tokens: 5,
        cache_creation_input_tokens: 20,
        cache_creation,
      }),
    ).toEqual({ input_tokens: 30, output_tokens: 5, ...written });
    expect(
      bedrock({
        inputTokens: 10,
        outputTokens: 5,
        totalTokens: 35,
        cacheWriteInputTokens: 20,
        cacheDetails: [
          { ttl: "5m", inputTokens: 15 },
          { ttl: "1h", inputTokens: 5 },
        ],
      }),
    ).toEqual({ input_tokens: 30, output_tokens: 5, ...written });
  });

  it("of Google, which counts thoughts outside the candidates", () => {
    const usage = {
      promptTokenCount: 100,
      cachedContentTokenCount: 40,
      candidatesTokenCount: 5,
      thoughtsTokenCount: 7,
    };
    expect(google(usage)).toEqual({
      input_tokens: 100,
      output_tokens: 12,
      cache_read_tokens: 40,
      reasoning_tokens: 7,
    });
  });

  it("of Bedrock, which counts cached tokens outside the input", () => {
    const usage = {
      inputTokens: 10,
      outputTokens: 5,
      totalTokens: 115,
      cacheReadInputTokens: 70,
      cacheWriteInputTokens: 30,
    };
    expect(bedrock(usage)).toEqual({
      input_tokens: 110,
      output_tokens: 5,
      cache_read_tokens: 70,
      cache_write_tokens: 30,
    });
  });

  it("is null if it is missing, never zero", () => {
    const none = { input_tokens: null, output_tokens: null };
    expect([openai(null), anthropic({}), google(undefined), bedrock(undefined)]).toEqual([
      none,
      none,
      none,
      none,
    ]);
  });

  it("is null if a compatible server leaves a count out", () => {
    const half = { prompt_tokens: 12 } as Parameters<typeof openai>[0];
    expect(openai(half)).toEqual({ input_tokens: 12, output_tokens: null });
    const other = { completion_tokens: 5, total_tokens: 17 } as Parameters<typeof openai>[0];
    expect(openai(other)).toEqual({ input_tokens: null, output_tokens: 5 });
  });

  it("of Google is zero if its JSON leaves the zero out", () => {
    expect(google({ promptTokenCount: 9, totalTokenCount: 9 })).toEqual({
      input_tokens: 9,
      output_tokens: 0,
    });
  });
});

describe("the arguments of a tool call", () => {
  it("are parsed, empty if there are none, and raw if they aren't JSON", () => {
    expect(toolArguments('{"a":[1]}')).toEqual({ a: [1] });
    expect(toolArguments(" ")).toEqual({});
    expect(toolArguments('{"a":')).toBe('{"a":');
  });

  it("are joined from the fragments of several calls", () => {
    const fragments = new ToolCallFragments();
    fragments.add(1, { id: "b", name: "second", json: "{" });
    fragments.add(0, { name: "first", json: '{"x"' });
    fragments.add(0, { json: ":1}" });
    fragments.add(1, { id: "", name: null, json: "}" });
    expect(fragments.finish()).toEqual([
      { id: "b", name: "second", arguments: {} },
      { id: "call_2", name: "first", arguments: { x: 1 } },
    ]);
  });
});
