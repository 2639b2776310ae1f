import { describe, expect, it } from "vitest";
import type { Message, ToolChoice } from "@/lib/completions/schema";
import type { ProviderCall } from "@/lib/providers/provider";
import type { ProviderId } from "@/lib/providers/schema";
import { askReplay } from "@/tests/contract/providers/ask";
import { answers } from "@/tests/support/provider-answers";

const data = "iVBORw0KGgo=";
const tools = [{ name: "get_weather" }];
const first = { type: "tool_call", id: "t1", name: "get_weather", arguments: { city: "Bern" } };
const second = { ...first, id: "t2", arguments: { city: "Chur" } };

/** A person shows an image, the model calls a tool twice, both results come back with a word. */
const messages = [
  {
    role: "user",
    content: [
      { type: "text", text: "Where is it raining?" },
      { type: "image", media_type: "image/png", data },
    ],
  },
  { role: "assistant", content: [{ type: "text", text: "I look." }, first, second] },
  {
    role: "user",
    content: [
      { type: "text", text: "Be quick." },
      { type: "text", text: "" },
      { type: "tool_result", tool_call_id: "t1", content: "Rain" },
      { type: "tool_result", tool_call_id: "t2", content: "Sun" },
    ],
  },
] as Message[]; // The literals are of the schema's members.

async function bodyOf(provider: ProviderId, call: Partial<ProviderCall>, stream = false) {
  const replay = stream ? answers[provider].streamed : answers[provider].whole;
  const { requests } = await askReplay(replay, { provider, call: { tools, ...call, stream } });
  return JSON.parse(requests[0]?.body ?? "null");
}

describe("images, tool calls and tool results are sent", () => {
  it.each(["openai", "xai", "deepseek"] as const)(
    "as Chat Completions has them (%s)",
    async (id) => {
      const body = await bodyOf(id, { messages });
      const call = (of: typeof first) => ({
        id: of.id,
        type: "function",
        function: { name: "get_weather", arguments: JSON.stringify(of.arguments) },
      });
      expect(body.messages).toEqual([
        {
          role: "user",
          content: [
            { type: "text", text: "Where is it raining?" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${data}` } },
          ],
        },
        { role: "assistant", content: "I look.", tool_calls: [call(first), call(second)] },
        { role: "tool", tool_call_id: "t1", content: "Rain" },
        { role: "tool", tool_call_id: "t2", content: "Sun" },
        { role: "user", content: [{ type: "text", text: "Be quick." }] },
      ]);
    },
  );

  it("in the form of the Messages API, results first", async () => {
    const body = await bodyOf("anthropic", { messages });
    const source = { type: "base64", media_type: "image/png", data };
    const use = { type: "tool_use", name: "get_weather" };
    const result = { type: "tool_result" };
    expect(body.messages).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "Where is it raining?" },
          { type: "image", source },
        ],
      },
      {
        role: "assistant",
        content: [
          { type: "text", text: "I look." },
          { ...use, id: "t1", input: { city: "Bern" } },
          { ...use, id: "t2", input: { city: "Chur" } },
        ],
      },
      {
        role: "user",
        content: [
          { ...result, tool_use_id: "t1", content: "Rain" },
          { ...result, tool_use_id: "t2", content: "Sun" },
          { type: "text", text: "Be quick." },
        ],
      },
    ]);
  });

  it.each([
    ["gemini-3-flash-preview", "skip_thought_signature_validator"],
    ["gemini-2.5-flash", undefined],
  ])(
    "as generateContent has them, a call that %s did not sign among them",
    async (id, signature) => {
      const body = await bodyOf("google", { messages, model_id: id });
      const call = { name: "get_weather" };
      expect(body.contents).toEqual([
        {
          role: "user",
          parts: [
            { text: "Where is it raining?" },
            { inlineData: { mimeType: "image/png", data } },
          ],
        },
        {
          role: "model",
          parts: [
            { text: "I look." },
            {
              functionCall: { ...call, id: "t1", args: { city: "Bern" } },
              ...(signature && { thoughtSignature: signature }),
            },
            { functionCall: { ...call, id: "t2", args: { city: "Chur" } } },
          ],
        },
        {
          role: "user",
          parts: [
            { text: "Be quick." },
            { functionResponse: { ...call, id: "t1", response: { output: "Rain" } } },
            { functionResponse: { ...call, id: "t2", response: { output: "Sun" } } },
          ],
        },
      ]);
    },
  );

  it("in the form of Converse", async () => {
    const body = await bodyOf("bedrock", { messages });
    expect(body.messages).toEqual([
      {
        role: "user",
        content: [
          { text: "Where is it raining?" },
          { image: { format: "png", source: { bytes: data } } },
        ],
      },
      {
        role: "assistant",
        content: [
          { text: "I look." },
          { toolUse: { toolUseId: "t1", name: "get_weather", input: { city: "Bern" } } },
          { toolUse: { toolUseId: "t2", name: "get_weather", input: { city: "Chur" } } },
        ],
      },
      {
        role: "user",
        content: [
          { text: "Be quick." },
          { toolResult: { toolUseId: "t1", content: [{ text: "Rain" }] } },
          { toolResult: { toolUseId: "t2", content: [{ text: "Sun" }] } },
        ],
      },
    ]);
  });

  it("with the thought signature of the call", async () => {
    const part = {
      functionCall: { id: "t1", name: "get_weather", args: {} },
      thoughtSignature: "c2lnbmVk",
    };
    const signed = {
      headers: { "content-type": "application/json" },
      body: [
        JSON.stringify({ candidates: [{ content: { parts: [part] }, finishReason: "STOP" }] }),
      ],
    };
    const asking = { provider: "google", call: { stream: false, tools } } as const;
    const { events } = await askReplay(signed, asking);
    expect(events[0]).toMatchObject({ type: "tool_call", call: { signature: "c2lnbmVk" } });
    const input = { ...first, signature: "c2lnbmVk" };
    const again = [{ role: "assistant", content: [input] }] as Message[]; // As above.
    const body = await bodyOf("google", { messages: again });
    expect(body.contents[0].parts[0].thoughtSignature).toBe("c2lnbmVk");
  });
});

const choices: [ToolChoice, Record<string, unknown>][] = [
  [
    "auto",
    {
      openai: "auto",
      anthropic: { type: "auto" },
      google: { mode: "AUTO" },
      bedrock: { auto: {} },
    },
  ],
  [
    "required",
    {
      openai: "required",
      anthropic: { type: "any" },
      google: { mode: "ANY" },
      bedrock: { any: {} },
    },
  ],
  [
    { name: "get_weather" },
    {
      openai: { type: "function", function: { name: "get_weather" } },
      anthropic: { type: "tool", name: "get_weather" },
      google: { mode: "ANY", allowedFunctionNames: ["get_weather"] },
      bedrock: { tool: { name: "get_weather" } },
    },
  ],
];

describe("the reasoning before a tool call", () => {
  const reasoning_content = "The person wants the weather, so I call the tool.";
  const whole = answers.deepseek.toolWhole;
  const body = [
    String(whole.body?.[0]).replace(
      '"content":null',
      `"content":null,"reasoning_content":"${reasoning_content}"`,
    ),
  ];
  const piece = (text: string) =>
    `data: {"choices":[{"index":0,"delta":{"reasoning_content":"${text}"}}]}\n\n`;
  const pieces = ["The person wants the weather, ", "so I call the tool."].map(piece);
  const streamed = answers.deepseek.toolStreamed;

  it.each([
    [false, { ...whole, body }],
    [true, { ...streamed, body: [...pieces, ...(streamed.body ?? [])] }],
  ])("goes back to DeepSeek with the call (stream: %s)", async (stream, replay) => {
    const { events } = await askReplay(replay, { provider: "deepseek", call: { tools, stream } });
    const call = events.find((event) => event.type === "tool_call")?.call;
    expect(call).toMatchObject({ name: "get_weather", signature: reasoning_content });
    const turns = [
      { role: "user", content: "Where is it raining?" },
      { role: "assistant", content: [{ type: "tool_call", ...call }] },
      { role: "user", content: [{ type: "tool_result", tool_call_id: call?.id, content: "Rain" }] },
    ] as Message[]; // The literals are of the schema's members.
    const sent = await bodyOf("deepseek", { messages: turns });
    expect(sent.messages[1]).toMatchObject({ role: "assistant", reasoning_content });
    expect(sent.messages[1].tool_calls[0]).not.toHaveProperty("signature");
    const other = await bodyOf("openai", { messages: turns });
    expect(other.messages[1]).not.toHaveProperty("reasoning_content");
  });
});

it.each(choices)(
  "the choice of a tool, %j, is made in each protocol's words",
  async (tool_choice, words) => {
    for (const stream of [true, false]) {
      const made = {
        openai: (await bodyOf("openai", { tool_choice }, stream)).tool_choice,
        anthropic: (await bodyOf("anthropic", { tool_choice }, stream)).tool_choice,
        google: (await bodyOf("google", { tool_choice }, stream)).toolConfig.functionCallingConfig,
        bedrock: (await bodyOf("bedrock", { tool_choice }, stream)).toolConfig.toolChoice,
      };
      expect(made).toEqual(words);
      expect((await bodyOf("xai", { tool_choice }, stream)).tool_choice).toEqual(words.openai);
      expect((await bodyOf("deepseek", { tool_choice }, stream)).tool_choice).toEqual(words.openai);
    }
  },
);

it("a request with tools sets no reasoning effort, which some models refuse with tools", async () => {
  const body = await bodyOf("openai", { tool_choice: "required" });
  expect(Object.keys(body)).not.toContain("reasoning_effort");
});
