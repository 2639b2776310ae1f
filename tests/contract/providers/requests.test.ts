import { describe, expect, it } from "vitest";
import type { ProviderId } from "@/lib/providers/schema";
import { askReplay } from "@/tests/contract/providers/ask";
import { answers } from "@/tests/support/provider-answers";

const tool = {
  name: "get_weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};
const full = {
  system: "Be brief.",
  max_tokens: 64,
  temperature: 0.2,
  tools: [tool],
  messages: [
    { role: "user" as const, content: "Hello?" },
    { role: "assistant" as const, content: "Hello!" },
    { role: "user" as const, content: "And now?" },
  ],
};

async function bodyOf(provider: ProviderId, call: object, stream = true) {
  const replay = stream ? answers[provider].streamed : answers[provider].whole;
  const { requests } = await askReplay(replay, { provider, call: { ...call, stream } });
  return { ...requests[0], body: JSON.parse(requests[0]?.body ?? "null") };
}

describe("the request on the wire", () => {
  it.each([
    ["openai", "max_completion_tokens"],
    ["xai", "max_tokens"],
    ["deepseek", "max_tokens"],
  ] as const)("is Chat Completions for %s, with the limit as %s", async (provider, limit) => {
    const { body } = await bodyOf(provider, full);
    expect(body).toEqual({
      model: "model-1",
      messages: [{ role: "system", content: "Be brief." }, ...full.messages],
      [limit]: 64,
      temperature: 0.2,
      tools: [{ type: "function", function: tool }],
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it("is the Messages API for Anthropic, in the version that accepts a temperature", async () => {
    const { body, headers } = await bodyOf("anthropic", full);
    expect(headers?.["anthropic-version"]).toBe("2023-06-01");
    expect(body).toEqual({
      model: "model-1",
      system: "Be brief.",
      messages: full.messages,
      max_tokens: 64,
      temperature: 0.2,
      tools: [{ name: tool.name, description: tool.description, input_schema: tool.parameters }],
      stream: true,
    });
  });

  it("is generateContent for Google", async () => {
    const { body } = await bodyOf("google", full);
    expect(body).toMatchObject({
      systemInstruction: { parts: [{ text: "Be brief." }] },
      contents: [
        { role: "user", parts: [{ text: "Hello?" }] },
        { role: "model", parts: [{ text: "Hello!" }] },
        { role: "user", parts: [{ text: "And now?" }] },
      ],
      generationConfig: { maxOutputTokens: 64, temperature: 0.2 },
      tools: [
        {
          functionDeclarations: [
            {
              name: tool.name,
              description: tool.description,
              parametersJsonSchema: tool.parameters,
            },
          ],
        },
      ],
    });
  });

  it("is Converse for Bedrock", async () => {
    const { body } = await bodyOf("bedrock", full);
    expect(body).toEqual({
      system: [{ text: "Be brief." }],
      messages: full.messages.map(({ role, content }) => ({ role, content: [{ text: content }] })),
      inferenceConfig: { maxTokens: 64, temperature: 0.2 },
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: tool.name,
              description: tool.description,
              inputSchema: { json: tool.parameters },
            },
          },
        ],
      },
    });
  });

  it("sets no limit and no temperature unless requested, except Anthropic's limit", async () => {
    for (const provider of ["openai", "google", "bedrock", "anthropic"] as const) {
      const { body } = await bodyOf(provider, {}, false);
      const text = JSON.stringify(body);
      expect(text).not.toMatch(/temperature|tools|system/i);
      expect(/max_?(output|completion)?_?tokens/i.test(text)).toBe(provider === "anthropic");
    }
  });

  it.each([
    ["claude-sonnet-5-5", 16_000],
    ["claude-opus-4-1-20250805", 16_000],
    ["claude-3-5-haiku-20241022", 4096],
  ])("sets a limit for %s that leaves room to think", async (model_id, limit) => {
    const { body } = await bodyOf("anthropic", { model_id });
    expect(body.max_tokens).toBe(limit);
  });

  it("sends an empty object schema for a tool without parameters", async () => {
    const { body } = await bodyOf("anthropic", { tools: [{ name: "now" }] });
    expect(body.tools).toEqual([{ name: "now", input_schema: { type: "object", properties: {} } }]);
  });

  it("encodes a Bedrock profile's id in the path", async () => {
    const { path } = await bodyOf("bedrock", { model_id: "eu.amazon.nova-pro-v1:0" });
    expect(path).toBe("/model/eu.amazon.nova-pro-v1%3A0/converse-stream");
  });
});
