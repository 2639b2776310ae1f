import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { platformProviders } from "@/scripts/populate/machines/providers";
import { unifiedMachine } from "@/scripts/populate/machines/unified";
import { type AgentMachines, startAgentMachines } from "../support/agent-machines";

const secretId = "/ai-agent/llm-secrets/prod";
const environment = "prod";
let machines: AgentMachines;

beforeAll(async () => {
  machines = await startAgentMachines(environment);
  const SecretString = JSON.stringify({
    OPENAI_API_KEY: "sk-openai",
    ANTHROPIC_API_KEY: "sk-anthropic",
    GEMINI_API_KEY: "sk-gemini",
    AWS_BEARER_TOKEN_BEDROCK: "token-bedrock",
  });
  await machines.secrets.send(new CreateSecretCommand({ Name: secretId, SecretString }));
  const { put, tables } = machines;
  await put(tables.tools, {
    tool_name: "lookup",
    description: "Looks a word up.",
    input_schema: JSON.stringify({
      $defs: { word: { type: "string" } },
      additionalProperties: false,
      type: "object",
      required: ["q"],
      properties: { q: { type: "string", enum: ["a", "b"] } },
    }),
  });
  await put(tables.tools, {
    tool_name: "ping",
    description: "Takes nothing.",
    input_schema: JSON.stringify({ type: "object", properties: {}, required: [] }),
  });
});

afterAll(() => machines?.stop());

const question = [{ role: "user", content: "What does ‘b’ mean?" }];
const toolsOf = (...names: string[]) =>
  JSON.stringify(names.map((tool_name) => ({ tool_name, enabled: true })));
const cutSchema =
  '{"properties":{"q":{"enum":["a","b"],"type":"string"}},"required":["q"],"type":"object"}';

/** Runs an agent on one provider and returns the requests that the provider got. */
async function requestsOf(
  llm_provider: string,
  llm_model: string,
  { tools = "[]", messages = question as unknown[], replies }: Scenario,
) {
  const { put, tables, provider, run } = machines;
  const agent_name = `caller-${llm_provider}-${llm_model}`.replaceAll(/[^\w-]/g, "-");
  const version = "v1.0";
  const system_prompt = "Be brief.";
  await put(tables.agents, { agent_name, version, system_prompt, llm_provider, llm_model, tools });
  await put(tables.models, { pk: `${llm_provider}#${llm_model}` });
  provider.answer(...replies.map((body) => ({ status: 200, body })));
  const definition = unifiedMachine({
    agent_name,
    version,
    environment,
    tables,
    secretId,
    region: "eu-west-1",
    providers: platformProviders("eu-west-1"),
    defaults: { llm_provider: "openai", llm_model: "gpt-4o" },
    tools: [
      { tool_name: "lookup", lambda_arn: "arn:aws:lambda:eu-west-1:000000000000:function:lookup" },
    ],
  });
  const { status, cause } = await run(definition, { messages });
  expect([status, cause]).toEqual(["SUCCEEDED", undefined]);
  return provider.requests;
}

type Scenario = { tools?: string; messages?: unknown[]; replies: unknown[] };

/** What the tool's Lambda answers to `{"q": "b"}`. */
const result = '{\\"tool\\":\\"lookup\\",\\"received\\":{\\"q\\":\\"b\\"}}';

describe("OpenAI", () => {
  const usage = { prompt_tokens: 5, completion_tokens: 2 };
  const answer = { choices: [{ message: { content: "It is a letter." } }], usage };
  const called = { name: "lookup", arguments: '{"q": "b"}' };
  const call = {
    choices: [
      {
        message: {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "call_7", type: "function", function: called }],
        },
      },
    ],
    usage,
  };

  test("gets max_tokens and an empty list of tools", async () => {
    const [request] = await requestsOf("openai", "gpt-4o", { replies: [answer] });
    expect(request?.path).toBe("/openai/v1/chat/completions");
    expect(request?.headers).toMatchObject({
      authorization: "Bearer sk-openai",
      "content-type": "application/json",
    });
    expect(request?.text).toBe(
      '{"max_tokens":4096,"messages":[{"content":"Be brief.","role":"system"},{"content":"What does ‘b’ mean?","role":"user"}],"model":"gpt-4o","stream":false,"temperature":0.699999988079071,"tools":[]}',
    );
  });

  test("gets a tool's result after a rebuilt call without name and arguments", async () => {
    const scenario = { tools: toolsOf("lookup"), replies: [call, answer] };
    const [first, later] = await requestsOf("openai", "gpt-4o-mini", scenario);
    const tools = `"tools":[{"function":{"description":"Looks a word up.","name":"lookup","parameters":${cutSchema}},"type":"function"}]`;
    expect(first?.text).toContain(tools);
    expect(later?.text).toBe(
      `{"max_tokens":4096,"messages":[{"content":"Be brief.","role":"system"},{"content":"What does ‘b’ mean?","role":"user"},{"content":"","role":"assistant","tool_calls":[{"function":{"arguments":"{}","name":"unknown"},"id":"call_7","type":"function"}]},{"content":"${result}","role":"tool","tool_call_id":"call_7"}],"model":"gpt-4o-mini","stream":false,"temperature":0.699999988079071,${tools}}`,
    );
  });

  test("gets no images", async () => {
    const content = [
      { type: "text", text: "See" },
      { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
    ];
    const messages = [{ role: "user", content }];
    const [request] = await requestsOf("openai", "gpt-4", { messages, replies: [answer] });
    expect(JSON.parse(request?.text ?? "").messages[1]).toEqual({ role: "user", content: "See" });
  });
});

describe("Anthropic", () => {
  const usage = { input_tokens: 5, output_tokens: 2 };
  const answer = { content: [{ type: "text", text: "A letter." }], usage };
  const use = { type: "tool_use", id: "toolu_1", name: "lookup", input: { q: "b" } };

  test("gets a cached system prompt and a tool_choice without tools", async () => {
    const [request] = await requestsOf("anthropic", "claude-1", { replies: [answer] });
    expect(request?.path).toBe("/anthropic/v1/messages");
    expect(request?.headers).toMatchObject({
      "x-api-key": "sk-anthropic",
      "anthropic-version": "2023-06-01",
    });
    expect(request?.text).toBe(
      '{"max_tokens":4096,"messages":[{"content":[{"text":"What does ‘b’ mean?","type":"text"}],"role":"user"}],"model":"claude-1","stream":false,"system":[{"cache_control":{"type":"ephemeral"},"text":"Be brief.","type":"text"}],"temperature":0.699999988079071,"tool_choice":{"type":"auto"},"tools":[]}',
    );
  });

  test("gets the last tool cached, and its own call before the result", async () => {
    const scenario = {
      tools: toolsOf("ping", "lookup"),
      replies: [{ content: [{ type: "text", text: "Let me see." }, use], usage }, answer],
    };
    const [, later] = await requestsOf("anthropic", "claude-2", scenario);
    expect(later?.text).toContain(
      `"tools":[{"description":"Takes nothing.","input_schema":{"properties":{},"type":"object"},"name":"ping"},{"cache_control":{"type":"ephemeral"},"description":"Looks a word up.","input_schema":${cutSchema},"name":"lookup"}]`,
    );
    expect(JSON.parse(later?.text ?? "").messages.slice(1)).toEqual([
      { role: "assistant", content: [{ type: "text", text: "Let me see." }, use] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "toolu_1", content: JSON.parse(`"${result}"`) },
        ],
      },
    ]);
  });
});

describe("Gemini", () => {
  const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 2, thoughtsTokenCount: 90 };
  const reply = (...parts: object[]) => ({
    candidates: [{ content: { role: "model", parts } }],
    usageMetadata,
  });
  const answer = reply({ text: "A letter." });

  test("gets the system prompt as a user's turn, and no tools if there are none", async () => {
    const [request] = await requestsOf("google", "gemini-1", { replies: [answer] });
    expect(request?.path).toBe("/google/v1beta/models/gemini-1:generateContent");
    expect(request?.headers).toMatchObject({ "x-goog-api-key": "sk-gemini" });
    expect(request?.text).toBe(
      '{"contents":[{"parts":[{"text":"Be brief."}],"role":"user"},{"parts":[{"text":"What does ‘b’ mean?"}],"role":"user"}],"generationConfig":{"maxOutputTokens":4096,"temperature":0.699999988079071,"topP":1.0}}',
    );
  });

  test("gets results as tool_response, without a thought signature", async () => {
    const functionCall = { name: "lookup", args: { q: "b" } };
    const scenario = {
      tools: toolsOf("ping", "lookup"),
      replies: [reply({ functionCall, thoughtSignature: "c2lnbg==" }), answer],
    };
    const [, later] = await requestsOf("google", "gemini-2", scenario);
    const body = JSON.parse(later?.text ?? "");
    expect(body.tools).toEqual([
      {
        functionDeclarations: [
          { name: "ping", description: "Takes nothing." },
          {
            name: "lookup",
            description: "Looks a word up.",
            parameters: JSON.parse(cutSchema),
          },
        ],
      },
    ]);
    expect(body.contents.slice(2)).toEqual([
      { role: "model", parts: [{ functionCall }] },
      {
        role: "user",
        parts: [
          {
            functionResponse: {
              name: "tool_response",
              response: { result: JSON.parse(`"${result}"`) },
            },
          },
        ],
      },
    ]);
  });
});

test("a schema that is encoded twice reaches the provider without its properties", async () => {
  const { put, tables } = machines;
  const input_schema = JSON.stringify(JSON.stringify({ properties: { q: { type: "string" } } }));
  await put(tables.tools, { tool_name: "twice", description: "Encoded twice.", input_schema });
  const replies = [{ choices: [{ message: { content: "Done." } }], usage: {} }];
  const [request] = await requestsOf("openai", "gpt-5", { tools: toolsOf("twice"), replies });
  expect(JSON.parse(request?.text ?? "").tools[0].function.parameters).toEqual({
    type: "object",
    properties: {},
  });
});

describe("Bedrock", () => {
  const usage = { inputTokens: 5, outputTokens: 2, totalTokens: 7 };
  const reply = (...content: object[]) => ({ output: { message: { content } }, usage });
  const answer = reply({ text: "A letter." });

  test("gets an empty toolConfig if there are no tools", async () => {
    const [request] = await requestsOf("bedrock", "eu.amazon.nova-1:0", { replies: [answer] });
    expect(request?.path).toBe("/bedrock/model/eu.amazon.nova-1:0/converse");
    expect(request?.headers).toMatchObject({ authorization: "Bearer token-bedrock" });
    expect(request?.text).toBe(
      '{"inferenceConfig":{"maxTokens":4096,"temperature":0.699999988079071},"messages":[{"content":[{"text":"What does ‘b’ mean?"}],"role":"user"}],"system":[{"text":"Be brief."}],"toolConfig":{"toolChoice":{"auto":{}},"tools":[]}}',
    );
  });

  test("gets its own call before the result", async () => {
    const toolUse = { toolUseId: "tooluse_1", name: "lookup", input: { q: "b" } };
    const scenario = { tools: toolsOf("lookup"), replies: [reply({ toolUse }), answer] };
    const [, later] = await requestsOf("bedrock", "eu.amazon.nova-2:0", scenario);
    const body = JSON.parse(later?.text ?? "");
    expect(body.toolConfig.tools).toEqual([
      {
        toolSpec: {
          name: "lookup",
          description: "Looks a word up.",
          inputSchema: { json: JSON.parse(cutSchema) },
        },
      },
    ]);
    expect(body.messages.slice(1)).toEqual([
      { role: "assistant", content: [{ toolUse }] },
      {
        role: "user",
        content: [
          {
            toolResult: {
              toolUseId: "tooluse_1",
              content: [{ text: JSON.parse(`"${result}"`) }],
            },
          },
        ],
      },
    ]);
  });

  test("gets an ARN as it stands, which changes the path", async () => {
    const arn = "arn:aws:bedrock:eu-west-1:1:application-inference-profile/abc";
    const [request] = await requestsOf("bedrock", arn, { replies: [answer] });
    expect(request?.path).toBe(`/bedrock/model/${arn}/converse`);
  });
});
