import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Simulator, startSimulator } from "../../scripts/simulator/server.ts";

let simulator: Simulator;
const nowhere = "http://127.0.0.1:1";

beforeAll(async () => {
  const upstreams = {
    openai: nowhere,
    anthropic: nowhere,
    google: nowhere,
    bedrock: "https://bedrock-runtime.eu-west-1.amazonaws.com",
    xai: nowhere,
    deepseek: nowhere,
  };
  simulator = await startSimulator({ port: 0, pace: 0, upstreams });
});

afterAll(() => simulator.stop());

async function send(path: string, body: object) {
  const response = await fetch(simulator.url + path, {
    method: "POST",
    headers: {
      authorization: "Bearer sandbox-1",
      "x-api-key": "sandbox-1",
      "x-goog-api-key": "sandbox-1",
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const chat = (model: string, more: object) =>
  send("/openai/v1/chat/completions", {
    model,
    messages: [{ role: "user", content: "Hi" }],
    ...more,
  });
const tools = [{ type: "function", function: { name: "clock", parameters: { type: "object" } } }];

describe("OpenAI", () => {
  test.each(["o4-mini", "o3", "gpt-5.4", "gpt-5-mini", "gpt-6.2-sol"])(
    "%s refuses max_tokens",
    async (model) => {
      expect(await chat(model, { max_tokens: 9 })).toMatchObject({
        status: 400,
        body: {
          error: {
            message:
              "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            type: "invalid_request_error",
            param: "max_tokens",
            code: "unsupported_parameter",
          },
        },
      });
    },
  );

  test("gpt-5.4 refuses a temperature by its value, and takes the default", async () => {
    expect(await chat("gpt-5.4", { temperature: 0.699999988079071 })).toMatchObject({
      status: 400,
      body: {
        error: {
          message:
            "Unsupported value: 'temperature' does not support 0.699999988079071 with this model. Only the default (1) value is supported.",
          code: "unsupported_value",
        },
      },
    });
    expect(await chat("gpt-5.4", { temperature: 1 })).toMatchObject({ status: 200 });
  });

  test.each(["gpt-4.1", "gpt-4o-mini", "gpt-5-chat-latest"])(
    "%s takes what the runtime sends",
    async (model) => {
      const answer = await chat(model, { max_tokens: 4096, temperature: 0.7, tools });
      expect(answer.status).toBe(200);
    },
  );

  test("refuses an empty list of tools", async () => {
    expect(await chat("gpt-4o-mini", { tools: [] })).toMatchObject({
      status: 400,
      body: { error: { param: "tools", code: "empty_array" } },
    });
  });
});

describe("Anthropic", () => {
  const ask = (model: string, more: object) =>
    send("/anthropic/v1/messages", {
      model,
      max_tokens: 9,
      messages: [{ role: "user", content: "Hi" }],
      ...more,
    });

  test.each(["claude-sonnet-5-5", "claude-opus-5", "claude-haiku-5-5"])(
    "%s refuses a temperature",
    async (model) => {
      expect(await ask(model, { temperature: 0.7 })).toMatchObject({
        status: 400,
        body: { error: { message: "`temperature` is deprecated for this model." } },
      });
      expect((await ask(model, {})).status).toBe(200);
    },
  );

  test.each(["claude-sonnet-4-6", "claude-haiku-4-5-20251001"])(
    "%s takes a temperature",
    async (model) => {
      expect((await ask(model, { temperature: 0.7 })).status).toBe(200);
    },
  );

  test("refuses a choice of tools without tools", async () => {
    const choice = { tools: [], tool_choice: { type: "auto" } };
    expect(await ask("claude-sonnet-4-6", choice)).toMatchObject({
      status: 400,
      body: { error: { message: "tool_choice may only be specified while providing tools." } },
    });
  });
});

describe("Google", () => {
  const call = { functionCall: { name: "clock", args: {} } };
  const contents = (part: object) => [
    { role: "user", parts: [{ text: "What time is it?" }] },
    { role: "model", parts: [part] },
    {
      role: "user",
      parts: [{ functionResponse: { name: "tool_response", response: { result: "noon" } } }],
    },
  ];
  const ask = (model: string, part: object) =>
    send(`/google/v1beta/models/${model}:generateContent`, { contents: contents(part) });

  test("Gemini 3 refuses a call that came back without its signature", async () => {
    const answer = await ask("gemini-3.8-flash", call);
    expect(answer).toMatchObject({ status: 400, body: { error: { status: "INVALID_ARGUMENT" } } });
    expect(answer.body.error.message).toMatch(
      /missing a thought_signature.*`default_api:clock` , position 2\./,
    );
    const signed = await ask("gemini-3.8-flash", { ...call, thoughtSignature: "abc" });
    expect(signed.status).toBe(200);
  });

  test("Gemini 2.5 takes it", async () => {
    expect((await ask("gemini-2.5-flash-lite", call)).status).toBe(200);
  });

  test("Gemini 3 signs its calls", async () => {
    const { body } = await send("/google/v1beta/models/gemini-3.8-flash:generateContent", {
      contents: [{ role: "user", parts: [{ text: "Use the tool clock" }] }],
      tools: [{ functionDeclarations: [{ name: "clock" }] }],
    });
    expect(body.candidates[0].content.parts[0]).toMatchObject({
      functionCall: { name: "clock" },
      thoughtSignature: expect.any(String),
    });
  });
});

describe("Bedrock", () => {
  const ask = (model: string, more: object) =>
    send(`/bedrock/model/${model}/converse`, {
      messages: [{ role: "user", content: [{ text: "Hi" }] }],
      ...more,
    });

  test("refuses an empty list of tools by name of the error", async () => {
    const answer = await ask("eu.amazon.nova-pro-v1:0", {
      toolConfig: { tools: [], toolChoice: { auto: {} } },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("x-amzn-errortype")).toBe("ValidationException");
    expect(answer.body.message).toContain("Member must have length greater than or equal to 1");
  });

  test("passes on that Claude refuses a temperature", async () => {
    const config = { inferenceConfig: { temperature: 0.7 } };
    const refused = await ask("global.anthropic.claude-sonnet-5-5", config);
    expect(refused).toMatchObject({ status: 400 });
    expect((await ask("eu.amazon.nova-pro-v1:0", config)).status).toBe(200);
  });
});
