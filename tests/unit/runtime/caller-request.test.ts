import { describe, expect, test } from "vitest";
import { callerRequest } from "@/lib/runtime/rules/caller-request";
import type { CallerMessage, CallerPayload, Transformer } from "@/lib/runtime/schema";

const schema = {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  properties: { query: { type: "string", enum: ["a", "b"] } },
  required: ["query"],
  additionalProperties: false,
  $defs: { unused: { type: "string" } },
};
const search = { name: "web_search", description: "Searches the web.", input_schema: schema };
const clock = {
  name: "clock",
  description: "Tells the time.",
  input_schema: { type: "object", required: [] },
};
const system: CallerMessage = { role: "system", content: "You are terse." };
const question: CallerMessage = { role: "user", content: "What is new?" };

function payload(transformer: Transformer, changes: Partial<CallerPayload> = {}): CallerPayload {
  return {
    provider_config: {
      provider_id: "any",
      model_id: "model-1",
      endpoint: "https://api.example.com/v1/call",
      auth_header_name: "Authorization",
      auth_header_prefix: "Bearer ",
      secret_path: "/ai-agent/llm-secrets/prod",
      secret_key_name: "KEY",
      request_transformer: transformer,
      response_transformer: transformer,
      timeout: 30,
    },
    messages: [system, question],
    tools: [clock, search],
    temperature: 0.7,
    max_tokens: 4096,
    stream: false,
    ...changes,
  };
}

const textOf = (transformer: Transformer, changes?: Partial<CallerPayload>) =>
  callerRequest(payload(transformer, changes), transformer).body_text;

describe("the first turn", () => {
  test("openai_v1 sends max_tokens, and its members sorted by name", () => {
    expect(textOf("openai_v1")).toBe(
      '{"max_tokens":4096,"messages":[{"content":"You are terse.","role":"system"},{"content":"What is new?","role":"user"}],' +
        '"model":"model-1","stream":false,"temperature":0.699999988079071,"tools":[' +
        '{"function":{"description":"Tells the time.","name":"clock","parameters":{"type":"object"}},"type":"function"},' +
        '{"function":{"description":"Searches the web.","name":"web_search","parameters":{"properties":{"query":{"enum":["a","b"],"type":"string"}},"required":["query"],"type":"object"}},"type":"function"}]}',
    );
  });

  test("anthropic_v1 caches the system prompt and the last tool", () => {
    expect(textOf("anthropic_v1")).toBe(
      '{"max_tokens":4096,"messages":[{"content":[{"text":"What is new?","type":"text"}],"role":"user"}],"model":"model-1","stream":false,' +
        '"system":[{"cache_control":{"type":"ephemeral"},"text":"You are terse.","type":"text"}],"temperature":0.699999988079071,"tool_choice":{"type":"auto"},"tools":[' +
        '{"description":"Tells the time.","input_schema":{"type":"object"},"name":"clock"},' +
        '{"cache_control":{"type":"ephemeral"},"description":"Searches the web.","input_schema":{"properties":{"query":{"enum":["a","b"],"type":"string"}},"required":["query"],"type":"object"},"name":"web_search"}]}',
    );
  });

  test("gemini_v1 makes the system message a user turn, and leaves out parameters without properties", () => {
    expect(textOf("gemini_v1")).toBe(
      '{"contents":[{"parts":[{"text":"You are terse."}],"role":"user"},{"parts":[{"text":"What is new?"}],"role":"user"}],' +
        '"generationConfig":{"maxOutputTokens":4096,"temperature":0.699999988079071,"topP":1.0},"tools":[{"functionDeclarations":[' +
        '{"description":"Tells the time.","name":"clock"},' +
        '{"description":"Searches the web.","name":"web_search","parameters":{"properties":{"query":{"enum":["a","b"],"type":"string"}},"required":["query"],"type":"object"}}]}]}',
    );
  });

  test("bedrock_v1 is a Converse request without the model and without stream", () => {
    expect(textOf("bedrock_v1")).toBe(
      '{"inferenceConfig":{"maxTokens":4096,"temperature":0.699999988079071},"messages":[{"content":[{"text":"What is new?"}],"role":"user"}],' +
        '"system":[{"text":"You are terse."}],"toolConfig":{"toolChoice":{"auto":{}},"tools":[' +
        '{"toolSpec":{"description":"Tells the time.","inputSchema":{"json":{"type":"object"}},"name":"clock"}},' +
        '{"toolSpec":{"description":"Searches the web.","inputSchema":{"json":{"properties":{"query":{"enum":["a","b"],"type":"string"}},"required":["query"],"type":"object"}},"name":"web_search"}}]}}',
    );
  });
});

describe("an agent without tools", () => {
  const members = (transformer: Transformer) =>
    callerRequest(payload(transformer, { tools: [] }), transformer).body;

  test("sends an empty list on OpenAI", () => {
    expect(members("openai_v1")).toHaveProperty("tools", []);
    expect(members("openai_v1")).not.toHaveProperty("tool_choice");
  });

  test("sends an empty list and a tool_choice on Anthropic", () => {
    expect(members("anthropic_v1")).toMatchObject({ tools: [], tool_choice: { type: "auto" } });
  });

  test("sends no tools on Gemini", () => {
    expect(members("gemini_v1")).not.toHaveProperty("tools");
  });

  test("sends an empty list and a toolChoice on Bedrock", () => {
    expect(members("bedrock_v1")).toHaveProperty("toolConfig", {
      tools: [],
      toolChoice: { auto: {} },
    });
  });
});

describe("a turn after a tool result", () => {
  const result: CallerMessage = {
    role: "user",
    content: [{ type: "tool_result", tool_use_id: "call_7", content: '{"hits":3}' }],
  };
  const use = {
    type: "tool_use",
    id: "call_7",
    name: "web_search",
    input: { query: "a" },
  } as const;
  const said = { type: "text", text: "I search." } as const;
  const withResult = (assistant: CallerMessage) => ({
    messages: [system, question, assistant, result],
  });

  test("openai_v1 rebuilds the call as unknown, because the answer's tool_calls were dropped", () => {
    const { body } = callerRequest(
      payload("openai_v1", withResult({ role: "assistant", content: [said] })),
      "openai_v1",
    );
    expect(body.messages).toEqual([
      { role: "system", content: "You are terse." },
      { role: "user", content: "What is new?" },
      {
        role: "assistant",
        content: "I search.",
        tool_calls: [
          { id: "call_7", type: "function", function: { name: "unknown", arguments: "{}" } },
        ],
      },
      { role: "tool", tool_call_id: "call_7", content: '{"hits":3}' },
    ]);
  });

  test("openai_v1 sends empty text for an answer that only called tools", () => {
    const { body } = callerRequest(
      payload("openai_v1", withResult({ role: "assistant", content: [] })),
      "openai_v1",
    );
    expect(body.messages).toContainEqual(
      expect.objectContaining({ role: "assistant", content: "" }),
    );
  });

  test("openai_v1 keeps each call of several rounds before its results", () => {
    const call = (text: string): CallerMessage => ({
      role: "assistant",
      content: [{ type: "text", text }],
    });
    const answered = (id: string): CallerMessage => ({
      role: "user",
      content: [{ type: "tool_result", tool_use_id: id, content: "ok" }],
    });
    const messages = [question, call("one"), answered("a"), call("two"), answered("b")];
    const { body } = callerRequest(payload("openai_v1", { messages }), "openai_v1");
    const roles = (body.messages as { role: string }[]).map(({ role }) => role);
    expect(roles).toEqual(["user", "assistant", "tool", "assistant", "tool"]);
  });

  test("anthropic_v1 returns the call and its result as blocks", () => {
    const { body } = callerRequest(
      payload("anthropic_v1", withResult({ role: "assistant", content: [said, use] })),
      "anthropic_v1",
    );
    expect(body.messages).toEqual([
      { role: "user", content: [{ type: "text", text: "What is new?" }] },
      { role: "assistant", content: [said, use] },
      result,
    ]);
  });

  test("gemini_v1 answers by the name tool_response, without a thought signature", () => {
    const { body } = callerRequest(
      payload("gemini_v1", withResult({ role: "assistant", content: [use] })),
      "gemini_v1",
    );
    expect(body.contents).toEqual([
      { role: "user", parts: [{ text: "You are terse." }] },
      { role: "user", parts: [{ text: "What is new?" }] },
      { role: "model", parts: [{ functionCall: { name: "web_search", args: { query: "a" } } }] },
      {
        role: "user",
        parts: [
          { functionResponse: { name: "tool_response", response: { result: '{"hits":3}' } } },
        ],
      },
    ]);
  });

  test("bedrock_v1 returns the call and its result as blocks", () => {
    const { body } = callerRequest(
      payload("bedrock_v1", withResult({ role: "assistant", content: [said, use] })),
      "bedrock_v1",
    );
    expect(body.messages).toEqual([
      { role: "user", content: [{ text: "What is new?" }] },
      {
        role: "assistant",
        content: [
          { text: "I search." },
          { toolUse: { toolUseId: "call_7", name: "web_search", input: { query: "a" } } },
        ],
      },
      {
        role: "user",
        content: [{ toolResult: { toolUseId: "call_7", content: [{ text: '{"hits":3}' }] } }],
      },
    ]);
  });
});

describe("images", () => {
  const image = {
    type: "image",
    source: { type: "base64", media_type: "image/png", data: "AAAA" },
  } as const;
  const messages: CallerMessage[] = [
    { role: "user", content: [{ type: "text", text: "What is it?" }, image] },
  ];

  test.each(["openai_v1", "gemini_v1", "bedrock_v1"] as const)("%s drops them", (transformer) => {
    expect(textOf(transformer, { messages })).not.toContain("AAAA");
    expect(textOf(transformer, { messages })).toContain("What is it?");
  });

  test("anthropic_v1 sends them", () => {
    expect(textOf("anthropic_v1", { messages })).toContain('"data":"AAAA"');
  });
});

describe("address and headers", () => {
  const withConfig = (changes: Partial<CallerPayload["provider_config"]>) => {
    const base = payload("bedrock_v1");
    const provider_config = { ...base.provider_config, ...changes };
    return callerRequest({ ...base, provider_config }, "bedrock_v1");
  };

  test("an ARN in the endpoint changes the path", () => {
    const arn = "arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc";
    expect(withConfig({ endpoint: `https://b.example.com/model/${arn}/converse` }).url).toBe(
      `https://b.example.com/model/${arn}/converse`,
    );
  });

  test("the key is not in the headers", () => {
    expect(withConfig({}).headers.authorization).toBe("Bearer [key removed]");
    const google = withConfig({ auth_header_name: "x-goog-api-key", auth_header_prefix: null });
    expect(google.headers["x-goog-api-key"]).toBe("[key removed]");
  });

  test("Anthropic's version is sent to Anthropic alone", () => {
    expect(withConfig({}).headers).not.toHaveProperty("anthropic-version");
    const { headers } = callerRequest(payload("anthropic_v1"), "anthropic_v1");
    expect(headers["anthropic-version"]).toBe("2023-06-01");
  });
});

test.each([
  [0.7, "0.699999988079071"],
  [0.2, "0.20000000298023224"],
  [0.5, "0.5"],
  [1, "1.0"],
  [0, "0.0"],
])("the temperature %d is sent as %s", (temperature, text) => {
  expect(textOf("openai_v1", { temperature })).toContain(`"temperature":${text},`);
});

test("parameters that the machine leaves out are left out, or have the caller's defaults", () => {
  const none = { temperature: null, max_tokens: null, stream: null, tools: null };
  expect(textOf("openai_v1", none)).not.toMatch(/temperature|max_tokens|stream|tools/);
  expect(textOf("anthropic_v1", none)).toContain('"max_tokens":4096');
  expect(textOf("gemini_v1", none)).toContain('"temperature":0.699999988079071');
});
