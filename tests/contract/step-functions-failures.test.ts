import { CreateSecretCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { olderMachine } from "@/scripts/populate/machines/older";
import { platformProviders } from "@/scripts/populate/machines/providers";
import { type UnifiedOptions, unifiedMachine } from "@/scripts/populate/machines/unified";
import { type AgentMachines, type Ended, startAgentMachines } from "../support/agent-machines";

let machines: AgentMachines;

beforeAll(async () => {
  machines = await startAgentMachines();
  await machines.secrets.send(new CreateSecretCommand({ Name: secretId, SecretString: keys }));
});

afterAll(() => machines?.stop());

const secretId = "/ai-agent/llm-secrets/prod";
const keys = JSON.stringify({
  OPENAI_API_KEY: "sk-openai",
  ANTHROPIC_API_KEY: "sk-anthropic",
  GEMINI_API_KEY: "sk-gemini",
  AWS_BEARER_TOKEN_BEDROCK: "token-bedrock",
});
const rustError =
  "&alloc::boxed::Box<dyn core::error::Error + core::marker::Send + core::marker::Sync>";
const openaiAnswer = {
  choices: [
    {
      message: { role: "assistant", content: "Hello." },
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 },
};
const openaiCall = (name: string, input: object) => ({
  choices: [
    {
      message: {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "call_1", type: "function", function: { name, arguments: JSON.stringify(input) } },
        ],
      },
    },
  ],
  usage: { prompt_tokens: 11, completion_tokens: 3 },
});

const agent = {
  agent_name: "probe",
  version: "v1.0",
  system_prompt: "Be brief.",
  llm_provider: "openai",
  llm_model: "gpt-4o",
  tools: JSON.stringify([{ tool_name: "lookup", enabled: false }]),
};
const tool = {
  tool_name: "lookup",
  description: "Looks something up.",
  input_schema: JSON.stringify({ type: "object", properties: { q: { type: "string" } } }),
};
const model = { pk: "openai#gpt-4o", provider: "openai", model_id: "gpt-4o", is_active: "true" };
const input = { messages: [{ role: "user", content: "Hello" }] };

const options = (): UnifiedOptions => ({
  agent_name: "probe",
  version: "v1.0",
  environment: "prod",
  tables: machines.tables,
  secretId,
  region: "eu-west-1",
  tools: [
    { tool_name: "lookup", lambda_arn: "arn:aws:lambda:eu-west-1:000000000000:function:lookup" },
  ],
  providers: platformProviders("eu-west-1"),
  defaults: { llm_provider: "openai", llm_model: "gpt-4o" },
});

/** What differs from an agent that works. */
type Change = {
  agent?: Partial<Record<keyof typeof agent, string | undefined>>;
  tool?: object | null;
  model?: object;
  secret?: string | null;
  replies?: Parameters<AgentMachines["provider"]["answer"]>;
  machine?: Partial<UnifiedOptions>;
};

let probes = 0;

/** Runs the agent after a change, with rows of its own. */
async function runAfter(change: Change): Promise<Ended> {
  const agent_name = `probe-${++probes}`;
  const { put, tables, provider, secrets } = machines;
  const tool_name = change.tool === null ? "unregistered" : `lookup-${probes}`;
  const row = { ...agent, ...change.agent, agent_name };
  await put(tables.agents, { ...row, tools: row.tools?.replace(/"lookup"/, `"${tool_name}"`) });
  if (change.tool !== null) await put(tables.tools, { ...tool, ...change.tool, tool_name });
  await put(tables.models, change.model ?? model);
  const SecretString = change.secret ?? keys;
  await secrets.send(new PutSecretValueCommand({ SecretId: secretId, SecretString }));
  provider.answer(...(change.replies ?? [{ status: 200, body: openaiAnswer }]));
  const base = options();
  return machines.run(unifiedMachine({ ...base, agent_name, ...change.machine }), input);
}

/** A cause without the number of the event. */
const withoutId = (cause = "") =>
  cause.replace(/ \(entered at the event id #\d+\)/, " (entered at the event id #N)");

const undefinedIn = (state: string, expression: string, field: string) =>
  `An error occurred while executing the state '${state}' (entered at the event id #N). The JSONata expression '${expression}' specified for the field '${field}' returned nothing (undefined).`;

beforeEach(() => machines.provider.answer({ status: 200, body: openaiAnswer }));

test("an agent without a fault answers, also from the provider and model compiled in", async () => {
  for (const change of [{}, { agent: { llm_provider: "", llm_model: undefined } }]) {
    const { status, output, error, cause } = await runAfter(change);
    expect({ status, error, cause }).toEqual({ status: "SUCCEEDED" });
    expect(JSON.parse(output ?? "")).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello" },
        { role: "assistant", content: [{ type: "text", text: "Hello." }] },
      ],
      metadata: { tokens_used: { input_tokens: 11, output_tokens: 3 } },
    });
  }
});

describe("an expression that returns nothing fails the state", () => {
  const item = "$states.result.Item";
  test.each<[string, Change, string, string, string]>([
    [
      "no agent row for that version",
      { agent: { version: "v0.9" } },
      "Load Agent Configuration",
      item,
      "Assign/agent",
    ],
    [
      "no system_prompt",
      { agent: { system_prompt: undefined } },
      "Load Agent Configuration",
      `${item}.system_prompt.S`,
      "Assign/system_prompt",
    ],
    [
      "no LLMModels row",
      { agent: { llm_model: "gpt-typo" } },
      "Load LLM Provider Config",
      item,
      "Assign/llm_config",
    ],
    [
      "an alias as the provider",
      { agent: { llm_provider: "gpt" } },
      "Load LLM Provider Config",
      item,
      "Assign/llm_config",
    ],
    [
      "tools missing",
      { agent: { tools: undefined } },
      "Load Tool Definitions",
      "$parse($agent.tools.S)",
      "Items",
    ],
    [
      "a tool entry that is a string",
      { agent: { tools: '["lookup"]' } },
      "Get Tool Details",
      "$states.input.tool_name",
      "Arguments/Key/tool_name/S",
    ],
    [
      "a tool entry with tool_id",
      { agent: { tools: '[{"tool_id": "lookup"}]' } },
      "Get Tool Details",
      "$states.input.tool_name",
      "Arguments/Key/tool_name/S",
    ],
    [
      "a tool that is not in ToolRegistry",
      { tool: null },
      "Get Tool Details",
      `${item}.tool_name.S`,
      "Output/name",
    ],
    [
      "a tool without a schema",
      { tool: { input_schema: undefined } },
      "Get Tool Details",
      `$parse(${item}.input_schema.S)`,
      "Output/input_schema",
    ],
    [
      "an answer without usage",
      { replies: [{ status: 200, body: { choices: openaiAnswer.choices } }] },
      "Update Token Metrics",
      "$states.input.metadata.tokens_used.input_tokens",
      "Arguments/MetricData[0]/Value",
    ],
  ])("%s", async (_what, change, state, expression, field) => {
    const { status, error, cause, events } = await runAfter(change);
    expect({ status, error, cause: withoutId(cause) }).toEqual({
      status: "FAILED",
      error: "States.QueryEvaluationError",
      cause: undefinedIn(state, expression, field),
    });
    const failed = events.find(({ type }) => type === "EvaluationFailed");
    expect(failed?.evaluationFailedEventDetails).toEqual({ error, cause, location: field, state });
    const id = Number(/#(\d+)/.exec(cause ?? "")?.[1]);
    expect(events.find((event) => event.id === id)?.stateEnteredEventDetails?.name).toBe(state);
    expect(events.at(-1)).toMatchObject({
      type: "ExecutionFailed",
      executionFailedEventDetails: { error, cause },
    });
  });

  test.each<[string, Change, string]>([
    ["tools that are no JSON", { agent: { tools: '[{"tool_name": "x"' } }, "Load Tool Definitions"],
    ["a schema that is no JSON", { tool: { input_schema: "{" } }, "Get Tool Details"],
  ])("so does one that throws: %s", async (_what, change, state) => {
    const { error, cause } = await runAfter(change);
    expect(error).toBe("States.QueryEvaluationError");
    expect(withoutId(cause)).toMatch(
      new RegExp(
        `^An error occurred while executing the state '${state}' \\(entered at the event id #N\\)\\. The JSONata expression '.*' specified for the field '.*' threw an error during evaluation: `,
      ),
    );
  });
});

describe("the caller fails", () => {
  const refusal = { error: { message: "Unsupported parameter: 'max_tokens'" } };
  const answers = (body: unknown, status = 200): Change => ({ replies: [{ status, body }] });
  const provider = (llm_provider: string, llm_model: string): Change => ({
    agent: { llm_provider, llm_model },
    model: { pk: `${llm_provider}#${llm_model}`, provider: llm_provider, model_id: llm_model },
  });
  test.each<[string, Change, string | RegExp]>([
    ["a provider that isn't mapped", provider("xai", "grok-2"), "missing field `endpoint`"],
    ["a secret that isn't JSON", { secret: "sk-alone" }, /^JSON serialization error: /],
    ["a secret that isn't an object", { secret: "[]" }, /^Invalid configuration: /],
    [
      "a key that is missing",
      { secret: "{}" },
      `Secret key not found: OPENAI_API_KEY in secret: ${secretId}`,
    ],
    [
      "a key that isn't a string",
      { secret: '{"OPENAI_API_KEY": 5}' },
      `Secret key not found: OPENAI_API_KEY in secret: ${secretId}`,
    ],
    [
      "a key with a line end in it",
      { secret: '{"OPENAI_API_KEY": "sk-\\nopenai"}' },
      "HTTP request failed: builder error",
    ],
    [
      "an answer other than 2xx",
      answers(refusal, 400),
      `Provider API error: openai returned 400: ${JSON.stringify(refusal)}`,
    ],
    [
      "no answer within the map's timeout",
      { replies: ["hang"], machine: { timeout: 1 } },
      /^HTTP request failed: /,
    ],
    [
      "a 200 that is no JSON",
      answers("<html>"),
      "HTTP request failed: error decoding response body",
    ],
    ["OpenAI's answer without a message", answers({ choices: [] }), /^Transform error: /],
    [
      "Anthropic's answer without a content array",
      { ...provider("anthropic", "claude-1"), ...answers({}) },
      /^Transform error: /,
    ],
    [
      "Gemini's answer without parts",
      { ...provider("google", "gemini-1"), ...answers({ candidates: [{ content: {} }] }) },
      /^Transform error: /,
    ],
    [
      "Bedrock's answer without a message",
      { ...provider("bedrock", "nova-1"), ...answers({ output: {} }) },
      /^Transform error: /,
    ],
  ])("%s", async (_what, change, message) => {
    const { status, error, cause, events } = await runAfter(change);
    expect([status, error]).toEqual(["FAILED", rustError]);
    const expected = typeof message === "string" ? message : expect.stringMatching(message);
    expect(JSON.parse(cause ?? "")).toEqual({ errorType: rustError, errorMessage: expected });
    const failed = events.find(({ type }) => type === "TaskFailed");
    expect(failed?.taskFailedEventDetails).toEqual({
      resourceType: "lambda",
      resource: "invoke",
      error,
      cause,
    });
  });

  test("a secret that doesn't exist", async () => {
    const missing = { machine: { secretId: "/ai-agent/llm-secrets/none" } };
    const { error, cause } = await runAfter(missing);
    expect(error).toBe(rustError);
    expect(JSON.parse(cause ?? "").errorMessage).toMatch(/^AWS SDK error: /);
  });

  test("a connection that is refused", async () => {
    const providers = platformProviders("eu-west-1");
    const openai = { ...Object(providers.openai), endpoint: "'http://127.0.0.1:1/v1/chat'" };
    const { cause } = await runAfter({ machine: { providers: { ...providers, openai } } });
    expect(JSON.parse(cause ?? "").errorMessage).toMatch(/^HTTP request failed: /);
  });

  const content = "data did not match any variant of untagged enum MessageContent";
  const lambda_arn = "arn:aws:lambda:eu-west-1:000000000000:function:structured-lookup";
  test.each<[string, Partial<UnifiedOptions>, object]>([
    ["a tool that the machine doesn't route", { tools: [] }, {}],
    ["a tool result that isn't text", { tools: [{ tool_name: "lookup", lambda_arn }] }, {}],
    [
      "a rejected approval",
      { tools: [{ tool_name: "lookup", lambda_arn, approval: true }] },
      { q: "reject this" },
    ],
  ])("at its next call after %s", async (_what, machine, args) => {
    const replies = [
      { status: 200, body: openaiCall("lookup", args) },
      { status: 200, body: openaiAnswer },
    ];
    const { error, cause, events } = await runAfter({ replies, machine });
    expect([error, JSON.parse(cause ?? "").errorMessage]).toEqual([rustError, content]);
    const calls = events.filter(
      ({ stateEnteredEventDetails: entered }) => entered?.name === "Call Unified LLM",
    );
    expect(calls).toHaveLength(2);
  });
});

test("a tool's Lambda that fails ends the run", async () => {
  const lambda_arn = "arn:aws:lambda:eu-west-1:000000000000:function:failing-lookup";
  const { status, error, events } = await runAfter({
    replies: [{ status: 200, body: openaiCall("lookup", {}) }],
    machine: { tools: [{ tool_name: "lookup", lambda_arn }] },
  });
  expect([status, error]).toEqual(["FAILED", "Runtime.ExitError"]);
  expect(events.map(({ type }) => type).slice(-4)).toEqual([
    "TaskFailed",
    "MapIterationFailed",
    "MapStateFailed",
    "ExecutionFailed",
  ]);
});

describe("an older agent", () => {
  const run = async (changes: object, replies = [{ status: 200, body: openaiAnswer }]) => {
    const agent_name = `older-${++probes}`;
    await machines.put(machines.tables.agents, { ...agent, tools: "[]", agent_name, ...changes });
    await machines.secrets.send(
      new PutSecretValueCommand({ SecretId: secretId, SecretString: keys }),
    );
    machines.provider.answer(...replies);
    return machines.run(olderMachine({ ...options(), agent_name, caller: "openai" }), input);
  };

  test("passes its model on as stored, without an LLMModels row", async () => {
    const { status } = await run({ llm_model: "gpt-unregistered" });
    expect(status).toBe("SUCCEEDED");
    const [request] = machines.provider.requests;
    expect(JSON.parse(request?.text ?? "")).toMatchObject({ model: "gpt-unregistered" });
  });

  test("fails without a model", async () => {
    const { cause } = await run({ llm_model: undefined });
    expect(withoutId(cause)).toBe(
      undefinedIn(
        "Load Agent Configuration",
        "$states.result.Item.llm_model.S",
        "Assign/llm_model",
      ),
    );
  });
});
