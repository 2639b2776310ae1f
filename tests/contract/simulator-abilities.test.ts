import { deflateSync } from "node:zlib";
import { ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { FunctionCallingConfigMode } from "@google/genai";
import { describe, expect, test } from "vitest";
import { converse, simulatorForTests, user, weatherSchema } from "./simulator-clients";

const { openai, anthropic, google, bedrock } = simulatorForTests();

/** An 8×8 image of one color. Its checksums are empty, because the simulator ignores them. */
function png(red: number, green: number, blue: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type, "latin1"), data, Buffer.alloc(4)]);
  };
  const header = Buffer.from([0, 0, 0, 8, 0, 0, 0, 8, 8, 2, 0, 0, 0]);
  const row = [0, ...Array.from({ length: 8 }, () => [red, green, blue]).flat()];
  const rows = Buffer.from(Array.from({ length: 8 }, () => row).flat());
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const redImage = png(220, 20, 20);
const question = "What colour is it?";

type Chat = "openai" | "xai" | "deepseek";

/** Sends an image to a model of each protocol and returns the answer's text. */
const sendImage = {
  chat: async (provider: Chat, model: string) => {
    const url = `data:image/png;base64,${redImage.toString("base64")}`;
    const content = [
      { type: "text" as const, text: question },
      { type: "image_url" as const, image_url: { url } },
    ];
    const answer = await openai(provider).chat.completions.create({
      model,
      messages: [{ role: "user", content }],
    });
    return answer.choices[0]?.message.content;
  },
  anthropic: async (model: string) => {
    const data = redImage.toString("base64");
    const source = { type: "base64" as const, media_type: "image/png" as const, data };
    const content = [
      { type: "image" as const, source },
      { type: "text" as const, text: question },
    ];
    const answer = await anthropic().messages.create({
      model,
      max_tokens: 500,
      messages: [{ role: "user", content }],
    });
    return answer.content[0]?.type === "text" && answer.content[0].text;
  },
  google: async (model: string) => {
    const inlineData = { mimeType: "image/png", data: redImage.toString("base64") };
    const parts = [{ inlineData }, { text: question }];
    const answer = await google().models.generateContent({
      model,
      contents: [{ role: "user", parts }],
    });
    return answer.text;
  },
  bedrock: async (modelId: string) => {
    const image = { format: "png" as const, source: { bytes: redImage } };
    const content = [{ image }, { text: question }];
    const command = new ConverseCommand({ modelId, messages: [{ role: "user", content }] });
    return (await bedrock().send(command)).output?.message?.content?.[0]?.text;
  },
};

describe("images", () => {
  test.each([
    ["OpenAI", () => sendImage.chat("openai", "gpt-4o")],
    ["xAI", () => sendImage.chat("xai", "grok-4.6")],
    ["DeepSeek", () => sendImage.chat("deepseek", "deepseek-flash")],
    ["Anthropic", () => sendImage.anthropic("claude-sonnet-5-5")],
    ["Google", () => sendImage.google("gemini-3.8-flash")],
    ["Bedrock", () => sendImage.bedrock("eu.amazon.nova-lite-v1:0")],
  ])("a model of %s describes an image", async (_provider, send) => {
    expect(await send()).toContain("1 image (PNG, 8×8, mostly red)");
  });

  test.each([
    ["OpenAI", () => sendImage.chat("openai", "gpt-4.1-mini"), /only supported by certain models/],
    ["xAI", () => sendImage.chat("xai", "grok-3-mini"), /Image inputs are not supported/],
    [
      "DeepSeek",
      () => sendImage.chat("deepseek", "deepseek-v4-flash"),
      /unknown variant `image_url`/,
    ],
    ["Bedrock", () => sendImage.bedrock("eu.amazon.nova-micro-v1:0"), /support the image field/],
  ])(
    "a model of %s without vision rejects an image with its provider's message",
    async (_provider, send, message) => {
      await expect(send()).rejects.toThrow(message);
    },
  );

  test("two models contradict the table of known models", async () => {
    await expect(sendImage.chat("openai", "gpt-4.1-mini")).rejects.toThrow(/certain models/);
    expect(await sendImage.chat("deepseek", "deepseek-v4-pro")).toContain("mostly red");
  });
});

/** Forces a call of `weather` in each protocol and returns its arguments. */
const forceWeather = {
  chat: async (
    provider: Chat,
    model: string,
    parameters: Record<string, unknown> = weatherSchema,
    prompt = "Weather in Bern?",
  ) => {
    const answer = await openai(provider).chat.completions.create({
      model,
      messages: user(prompt),
      tools: [{ type: "function", function: { name: "weather", parameters } }],
      tool_choice: { type: "function", function: { name: "weather" } },
    });
    const call = answer.choices[0]?.message.tool_calls?.[0];
    return call?.type === "function" && JSON.parse(call.function.arguments);
  },
  google: async (model: string) => {
    const declaration = { name: "weather", parametersJsonSchema: weatherSchema };
    const calling = {
      mode: FunctionCallingConfigMode.ANY,
      allowedFunctionNames: ["weather"],
    };
    const answer = await google().models.generateContent({
      model,
      contents: "Weather in Bern?",
      config: {
        tools: [{ functionDeclarations: [declaration] }],
        toolConfig: { functionCallingConfig: calling },
      },
    });
    return answer.functionCalls?.[0]?.args;
  },
  bedrock: async (modelId: string) => {
    const toolSpec = { name: "weather", inputSchema: { json: weatherSchema } };
    const toolConfig = { tools: [{ toolSpec }], toolChoice: { tool: { name: "weather" } } };
    const command = new ConverseCommand({ ...converse("Weather in Bern?", modelId), toolConfig });
    return (await bedrock().send(command)).output?.message?.content?.[0]?.toolUse?.input;
  },
};

describe("forced tools", () => {
  test("Anthropic calls the named tool", async () => {
    const answer = await anthropic().messages.create({
      model: "claude-haiku-5-5",
      max_tokens: 500,
      messages: user("Hi"),
      tools: ["weather", "news"].map((name) => ({ name, input_schema: weatherSchema })),
      tool_choice: { type: "tool", name: "news" },
    });
    expect(answer.content).toMatchObject([{ type: "tool_use", name: "news" }]);
  });

  test("arguments follow the schema's references, alternatives, lists and limits", async () => {
    const parameters = {
      type: "object",
      $defs: { City: { type: "string", minLength: 3 } },
      properties: {
        city: { $ref: "#/$defs/City" },
        days: { type: "integer", minimum: 2.5, maximum: 9 },
        hours: { type: "array", items: { type: "integer", minimum: 0 }, minItems: 2 },
        place: {
          allOf: [{ type: "object", properties: { zip: { const: "3000" } }, required: ["zip"] }],
        },
      },
      required: ["city", "days", "hours", "place"],
    };
    expect(await forceWeather.chat("openai", "gpt-5.4", parameters)).toEqual({
      city: "Weather in Bern?",
      days: 3,
      hours: [0, 0],
      place: { zip: "3000" },
    });
    const days = { type: "integer", minimum: 2, maximum: 9 };
    const schema = { type: "object", properties: { days }, required: ["days"] };
    const prompt = "Weather in Bern in 2026 for 5 days?";
    expect(await forceWeather.chat("openai", "gpt-5.4", schema, prompt)).toEqual({ days: 5 });
  });

  test.each([
    [
      "OpenAI",
      () => forceWeather.chat("openai", "gpt-4o-search-preview"),
      /'tools' is not supported/,
    ],
    [
      "OpenAI with reasoning",
      () => forceWeather.chat("openai", "gpt-6.2-sol"),
      /reasoning_effort.*gpt-6.2-sol/,
    ],
    [
      "xAI that contradicts the known models",
      () => forceWeather.chat("xai", "grok-4.3"),
      /Tools are not supported/,
    ],
    [
      "Google that contradicts the known models",
      () => forceWeather.google("gemini-2.5-flash-lite"),
      /Function calling is not enabled for models\/gemini-2.5-flash-lite/,
    ],
    [
      "Bedrock without forced tools",
      () => forceWeather.bedrock("eu.meta.llama3-2-3b-instruct-v1:0"),
      /toolConfig\.toolChoice\.tool field/,
    ],
  ])("a model of %s rejects tools", async (_provider, force, message) => {
    await expect(force()).rejects.toThrow(message);
  });

  test("OpenAI's newest models accept tools with reasoning off", async () => {
    const answer = await openai("openai").chat.completions.create({
      model: "gpt-6-sol",
      reasoning_effort: "none",
      messages: user("Weather in Bern?"),
      tools: [{ type: "function", function: { name: "weather", parameters: weatherSchema } }],
    });
    expect(answer.choices[0]?.finish_reason).toBeDefined();
  });
});

test("models that do not chat are rejected", async () => {
  const complete = (provider: Chat, model: string) =>
    openai(provider).chat.completions.create({ model, messages: user("Hi") });
  await expect(complete("openai", "text-embedding-3-small")).rejects.toThrow(/not a chat model/);
  await expect(complete("xai", "grok-2-image-1212")).rejects.toThrow(/is an image model/);
  const embedding = google().models.generateContent({
    model: "gemini-embedding-001",
    contents: "Hi",
  });
  await expect(embedding).rejects.toThrow(/not supported for generateContent/);
});

test("each protocol uses the result of a tool", async () => {
  const called = {
    id: "call_1",
    type: "function" as const,
    function: { name: "weather", arguments: "{}" },
  };
  const chat = await openai("openai").chat.completions.create({
    model: "gpt-4o",
    messages: [
      ...user("Weather?"),
      { role: "assistant", tool_calls: [called] },
      { role: "tool", tool_call_id: "call_1", content: "12 degrees" },
    ],
  });
  const toolUse = { toolUseId: "t1", name: "weather", input: {} };
  const toolResult = { toolUseId: "t1", content: [{ text: "12 degrees" }] };
  const nova = await bedrock().send(
    new ConverseCommand({
      modelId: "eu.amazon.nova-lite-v1:0",
      messages: [
        { role: "user", content: [{ text: "Weather?" }] },
        { role: "assistant", content: [{ toolUse }] },
        { role: "user", content: [{ toolResult }] },
      ],
    }),
  );
  const gemini = await google().models.generateContent({
    model: "gemini-3.5-flash",
    contents: [
      { role: "user", parts: [{ text: "Weather?" }] },
      {
        role: "model",
        parts: [{ functionCall: { name: "weather", args: {} }, thoughtSignature: "c2ln" }],
      },
      {
        role: "user",
        parts: [{ functionResponse: { name: "weather", response: { output: "12 degrees" } } }],
      },
    ],
  });
  expect(chat.choices[0]?.message.content).toContain("12 degrees");
  expect(nova.output?.message?.content?.[0]?.text).toContain("12 degrees");
  expect(gemini.text).toContain("12 degrees");
});

test("long inputs are partly cached, and reasoning models report reasoning tokens", async () => {
  const messages = user("A long story. ".repeat(500));
  const { usage } = await openai("openai").chat.completions.create({
    model: "gpt-6-luna",
    messages,
  });
  const cached = usage?.prompt_tokens_details?.cached_tokens ?? 0;
  expect(cached).toBeGreaterThan(0);
  expect(cached).toBeLessThan(usage?.prompt_tokens ?? 0);
  expect(usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0);
});
