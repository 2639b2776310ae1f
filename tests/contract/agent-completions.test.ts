import { CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { agentFixtures } from "./agent-fixtures";
import { type CompletionConsole, startCompletionConsole } from "./completion-console";
import { agentPath, agentRow, type Json, modelPath, modelRow, secretId, tables } from "./console";

let app: CompletionConsole;
const { putAgent } = agentFixtures(() => app);

beforeAll(async () => {
  app = await startCompletionConsole();
  await app.aws.put("ToolRegistry-prod", {
    tool_name: { S: "clock" },
    description: { S: "Tells the time." },
    input_schema: {
      S: '{"type":"object","properties":{"zone":{"type":"string"}},"additionalProperties":false}',
    },
  });
});

afterEach(() => app.reset());

afterAll(() => app.stop());

const prompt = "What is new?";
const tools = (...names: string[]) => ({
  tools: { S: JSON.stringify(names.map((tool_name) => ({ tool_name, enabled: true }))) },
});

async function agentOn(provider: string, model: string, more = {}) {
  await app.aws.put(tables.models, modelRow(provider, model));
  return putAgent(provider, model, { system_prompt: { S: "You are terse." }, ...more });
}

const testAs = (agent_name: string, more: Json = {}) =>
  app.admin.post("/api/completions", {
    as_agent: { agent_name, version: "v1.0" },
    prompt,
    ...more,
  });

type Turn = {
  request: { url: string; headers: Json; body: Json; body_text: string };
  would_fail_with: { error: string; cause: string; state: string } | null;
} & Json;
type Runtime = Turn & { after_tool_result: Turn | null };
type Counted = { input_tokens: number; output_tokens: number };
const runtimeOf = ({ body }: { body: Json }) => body.runtime as Runtime;

const evidenceOf = async (provider: string, model: string) => {
  const { body } = await app.viewer.get(modelPath(provider, model));
  return body;
};

describe("a body that names an agent", () => {
  test.each([
    ["a system prompt", { system: "Hi" }, "system"],
    ["an output limit", { max_tokens: 5 }, "max_tokens"],
    ["a temperature", { temperature: 1 }, "temperature"],
    ["tools", { tools: [{ name: "clock" }] }, "tools"],
    ["a provider without a model", { provider: "openai" }, "model_id"],
    ["a model without a provider", { model_id: "gpt-4o" }, "provider"],
    ["a field that there is not", { base_url: "http://evil.example" }, "base_url"],
    ["neither prompt nor messages", { prompt: undefined }, "prompt"],
  ])("with %s is refused, and the field named", async (_, more, path) => {
    const answer = await testAs("any", more);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([expect.objectContaining({ path })]);
  });

  test("that doesn't exist is not found", async () => {
    expect(await testAs("no-such-agent")).toMatchObject({ status: 404 });
  });

  test("is an admin's", async () => {
    const body = { as_agent: { agent_name: "any", version: "v1.0" }, prompt };
    expect((await app.viewer.post("/api/completions", body)).status).toBe(403);
  });
});

describe("the request", () => {
  test("is the caller's, byte for byte, with the stored key and nothing else", async () => {
    await app.setKey("openai", "sk-for-the-upstream");
    const name = await agentOn("openai", "gpt-4o-of-test", tools("clock"));
    const answer = await testAs(name);
    expect(answer.status).toBe(200);
    const { request, ...runtime } = runtimeOf(answer);
    const sent = app.upstream.calls.at(-2);
    expect(sent?.body).toBe(request.body_text);
    expect(sent?.headers.authorization).toBe("Bearer sk-for-the-upstream");
    expect(request.body).toMatchObject({
      max_tokens: 4096,
      messages: [
        { content: "You are terse.", role: "system" },
        { content: prompt, role: "user" },
      ],
      model: "gpt-4o-of-test",
      stream: false,
      tools: [
        {
          type: "function",
          function: {
            name: "clock",
            description: "Tells the time.",
            parameters: { type: "object", properties: { zone: { type: "string" } } },
          },
        },
      ],
    });
    expect(request.body_text).toContain('"temperature":0.699999988079071');
    expect(request.headers.authorization).toBe("Bearer [key removed]");
    expect(JSON.stringify(answer.body)).not.toContain("sk-for-the-upstream");
    expect(runtime).toMatchObject({
      source: "assumed",
      transformer: "openai_v1",
      status: 200,
      understood: true,
      would_fail_with: null,
      counted: { input_tokens: 10, output_tokens: 5 },
    });
  });

  test("is followed by one after a tool result for an agent with tools", async () => {
    await app.setKey("openai", "sk-for-the-upstream");
    const name = await agentOn("openai", "gpt-4o-with-tools", tools("clock"));
    const calls = app.upstream.calls.length;
    const { after_tool_result } = runtimeOf(await testAs(name));
    expect(app.upstream.calls.length).toBe(calls + 2);
    expect(app.upstream.calls.at(-1)?.body).toBe(after_tool_result?.request.body_text);
    expect(after_tool_result?.request.body.messages).toMatchObject([
      { role: "system" },
      { role: "user" },
      { role: "assistant", tool_calls: [{ function: { name: "unknown", arguments: "{}" } }] },
      { role: "tool" },
    ]);
  });

  test("takes a conversation, and rebuilds the call in it", async () => {
    await app.setKey("openai", "sk-for-the-upstream");
    const name = await agentOn("openai", "gpt-4o-conversation", tools("clock"));
    const messages = [
      { role: "user", content: prompt },
      {
        role: "assistant",
        content: [{ type: "tool_call", id: "c1", name: "clock", arguments: { zone: "UTC" } }],
      },
      { role: "user", content: [{ type: "tool_result", tool_call_id: "c1", content: "noon" }] },
    ];
    const calls = app.upstream.calls.length;
    const { request, after_tool_result } = runtimeOf(
      await testAs(name, { prompt: undefined, messages }),
    );
    expect(app.upstream.calls.length).toBe(calls + 1);
    expect(after_tool_result).toBeNull();
    expect(request.body.messages).toMatchObject([
      { role: "system" },
      { role: "user", content: prompt },
      { role: "assistant", tool_calls: [{ id: "c1", function: { name: "unknown" } }] },
      { role: "tool", tool_call_id: "c1", content: "noon" },
    ]);
  });
});

describe("what the provider answers", () => {
  test("is kept as evidence that the runtime can call the model", async () => {
    const name = await agentOn("openai", "gpt-4.1", tools("clock"));
    const answer = await testAs(name);
    expect(answer).toMatchObject({
      status: 200,
      body: { simulated: true, failure: null, text: expect.stringContaining("simulated") },
    });
    expect(await evidenceOf("openai", "gpt-4.1")).toMatchObject({
      runtime_callable: true,
      runtime_evidence: [{ transformer: "openai_v1", with_tools: true, outcome: "answered" }],
      last_test: { outcome: "ok" },
    });
  });

  test("costs what both turns of an agent with tools cost", async () => {
    const name = await agentOn("openai", "gpt-4.1-mini", tools("clock"));
    const prices = { input_price: { N: "1" }, output_price: { N: "10" } };
    await app.aws.put(tables.models, modelRow("openai", "gpt-4.1-mini", prices));
    const { body } = await testAs(name);
    const { runtime, usage, cost_usd } = body as unknown as {
      runtime: { counted: Counted; after_tool_result: { counted: Counted } };
      usage: Counted;
      cost_usd: number;
    };
    const turns = [runtime.counted, runtime.after_tool_result.counted];
    const [input, output] = ["input_tokens", "output_tokens"].map((kind) =>
      turns.reduce((sum, counted) => sum + counted[kind as keyof Counted], 0),
    ) as [number, number];
    expect(usage).toMatchObject({ input_tokens: input, output_tokens: output });
    expect(cost_usd).toBeCloseTo((input + output * 10) / 1_000_000, 12);
  });

  test("is the run's error when it refuses, under status 200", async () => {
    const name = await agentOn("openai", "gpt-4.1", tools("clock"));
    await app.aws.put(tables.models, modelRow("openai", "gpt-5.4"));
    expect(await evidenceOf("openai", "gpt-5.4")).toMatchObject({
      runtime_callable: false,
      runtime_callable_because: expect.stringContaining("max_tokens and temperature"),
      runtime_evidence: [],
    });
    const answer = await testAs(name, { provider: "openai", model_id: "gpt-5.4" });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        model_id: "gpt-5.4",
        text: "",
        failure: {
          code: "bad_request",
          provider_status: 400,
          provider_message: expect.stringContaining("'max_tokens' is not supported"),
        },
        runtime: { status: 400, understood: false, counted: null, after_tool_result: null },
      },
    });
    const failure = runtimeOf(answer).would_fail_with;
    expect(failure?.state).toBe("Call Unified LLM");
    expect(JSON.parse(failure?.cause ?? "{}").errorMessage).toMatch(
      /^Provider API error: openai returned 400: \{"error":\{"message":"Unsupported parameter/,
    );
    const model = await evidenceOf("openai", "gpt-5.4");
    expect(model).toMatchObject({
      runtime_callable: false,
      runtime_evidence: [{ outcome: "refused", status: 400, with_tools: true }],
      last_test: null,
    });
  });

  test("decides at the turn after a tool result as well", async () => {
    const name = await agentOn("google", "gemini-3.8-flash", tools("clock"));
    const answer = await testAs(name);
    const { status, would_fail_with, after_tool_result } = runtimeOf(answer);
    expect([status, after_tool_result?.status]).toEqual([200, 400]);
    expect(would_fail_with?.cause).toContain("thought_signature");
    expect(await evidenceOf("google", "gemini-3.8-flash")).toMatchObject({
      runtime_callable: false,
      runtime_evidence: [{ outcome: "refused", after_tool_result: true }],
    });
  });

  test.each([
    ["anthropic", "claude-sonnet-4-6", 400],
    ["openai", "gpt-4o-mini", 400],
    ["bedrock", "eu.amazon.nova-pro-v1:0", 400],
    ["google", "gemini-3.7-flash", 200],
  ])("to an agent of %s without tools is that of %s: %i", async (provider, model, status) => {
    const name = await agentOn(provider, model, tools());
    expect(runtimeOf(await testAs(name))).toMatchObject({ status, after_tool_result: null });
    const { runtime_callable } = await evidenceOf(provider, model);
    expect(runtime_callable).toBe(status === 200 ? true : null);
  });

  test("says nothing of the request when the key is rejected", async () => {
    const name = await agentOn("openai", "gpt-4o-2024-11-20", tools("clock"));
    await app.setKey("openai", "sk-for-the-upstream");
    app.upstream.behaviour.answer = "unauthorized";
    expect(await testAs(name)).toMatchObject({
      status: 200,
      body: { failure: { code: "bad_key" }, runtime: { status: 401 } },
    });
    expect(await evidenceOf("openai", "gpt-4o-2024-11-20")).toMatchObject({
      runtime_evidence: [],
      last_test: { outcome: "bad_key" },
    });
    expect(await app.keyStatus("openai")).toBe("rejected");
  });

  test("needs a key to come about", async () => {
    const name = await agentOn("openai", "gpt-4.1", tools("clock"));
    await app.setKey("openai", undefined);
    expect(await testAs(name)).toMatchObject({ status: 502, body: { code: "key_missing" } });
  });
});

async function preflight(name: string, provider: string, model: string) {
  const query = new URLSearchParams({ provider, model_id: model });
  const { body } = await app.viewer.get(`${agentPath(name)}/preflight?${query}`);
  return body;
}

describe("a switch", () => {
  test("is warned of what is documented, and blocked by what was seen", async () => {
    const name = await agentOn("openai", "gpt-4o", tools("clock"));
    await app.aws.put(tables.models, modelRow("openai", "gpt-5.4-mini"));
    const target = { provider: "openai", model_id: "gpt-5.4-mini" };
    expect(await preflight(name, "openai", "gpt-5.4-mini")).toMatchObject({
      ok: true,
      runtime_test: null,
      runtime_test_cost: { calls: 2, max_usd: null },
      findings: expect.arrayContaining([
        expect.objectContaining({ code: "runtime_parameter_refused", severity: "warning" }),
      ]),
    });

    await testAs(name, target);
    const blocked = await preflight(name, "openai", "gpt-5.4-mini");
    expect(blocked).toMatchObject({ ok: false, runtime_test: { outcome: "refused" } });
    const refusal = (blocked.findings as Json[]).find(
      ({ code }) => code === "runtime_request_refused",
    );
    expect(refusal?.evidence).toContain("'max_tokens' is not supported with this model");
    expect(refusal?.fix).toMatch(
      /^Choose a model that (has answered|isn't known to refuse) it: \w/,
    );
    const changes = { llm_provider: "openai", llm_model: "gpt-5.4-mini" };
    expect(await app.admin.patch(agentPath(name), changes)).toMatchObject({
      status: 409,
      body: { code: "preflight_blocked" },
    });
    const override_reason = "The runtime gets a new caller today.";
    const forced = await app.admin.patch(agentPath(name), { ...changes, override_reason });
    expect(forced.status).toBe(200);
  });

  test("is told when the model answered", async () => {
    const name = await agentOn("openai", "gpt-4o", tools("clock"));
    await app.aws.put(tables.models, modelRow("openai", "gpt-4.1-mini"));
    await testAs(name, { provider: "openai", model_id: "gpt-4.1-mini" });
    expect(await preflight(name, "openai", "gpt-4.1-mini")).toMatchObject({
      ok: true,
      runtime_test: { outcome: "answered", simulated: true, with_tools: true },
    });
  });
});

test("another model must be registered", async () => {
  const name = await agentOn("openai", "gpt-4.1");
  expect(await testAs(name, { provider: "openai", model_id: "gpt-none" })).toMatchObject({
    status: 422,
    body: { code: "model_not_registered" },
  });
});

describe("a machine's definition", () => {
  const sfn = () =>
    new SFNClient({
      endpoint: app.awsUrl,
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });

  /** A machine that reads the agent's row, and calls a model as its map says. */
  async function deploy(agent_name: string, config: Json, more: Json = {}) {
    const provider_config = {
      provider_id: "openai",
      model_id: "{% $model %}",
      endpoint: "https://api.openai.com/v1/chat/completions",
      auth_header_name: "Authorization",
      auth_header_prefix: "Bearer ",
      secret_path: secretId,
      secret_key_name: "OPENAI_API_KEY",
      request_transformer: "openai_v1",
      response_transformer: "openai_v1",
      timeout: 30,
      ...config,
    };
    const definition = {
      QueryLanguage: "JSONata",
      StartAt: "Load Agent",
      States: {
        "Load Agent": {
          Type: "Task",
          Resource: "arn:aws:states:::dynamodb:getItem",
          Arguments: {
            TableName: tables.agents,
            Key: { agent_name: { S: agent_name }, version: { S: "v1.0" } },
          },
          Assign: {
            prompt: "{% $states.result.Item.system_prompt.S %}",
            model: "{% $states.result.Item.llm_model.S %}",
            messages: "{% $states.context.Execution.Input.messages %}",
          },
          Next: "Ask the Model",
        },
        "Ask the Model": {
          Type: "Task",
          Resource: "arn:aws:states:::lambda:invoke",
          Arguments: {
            FunctionName: "arn:aws:lambda:eu-west-1:123456789012:function:unified-llm",
            Payload: {
              provider_config,
              messages: "{% $append([{'role': 'system', 'content': $prompt}], $messages) %}",
              tools: [{ name: "clock", description: "", input_schema: { type: "object" } }],
              temperature: 0.2,
              max_tokens: 100,
              stream: false,
              ...more,
            },
          },
          End: true,
        },
      },
    };
    const { stateMachineArn = "" } = await sfn().send(
      new CreateStateMachineCommand({
        name: agent_name,
        roleArn: "arn:aws:iam::123456789012:role/agents",
        definition: JSON.stringify(definition),
      }),
    );
    return { state_machine_arn: { S: stateMachineArn } };
  }

  async function deployed(name: string, config: Json = {}) {
    await app.aws.put(tables.models, modelRow("openai", "gpt-4o-deployed"));
    const row = agentRow(name, "openai", "gpt-4o-deployed", await deploy(name, config));
    await app.aws.put(tables.agents, row);
    return name;
  }

  test("says what is sent, from its own parameters", async () => {
    await app.setKey("openai", "sk-for-the-upstream");
    const answer = await testAs(await deployed("defined-agent"));
    expect(runtimeOf(answer)).toMatchObject({
      source: "definition",
      revision: expect.any(String),
      assumed_because: null,
      status: 200,
    });
    const { request } = runtimeOf(answer);
    expect(request.url).toBe("https://api.openai.com/v1/chat/completions");
    expect(request.body_text).toContain('"max_tokens":100');
    expect(request.body_text).toContain('"temperature":0.20000000298023224');
    expect(app.upstream.calls.at(-2)?.body).toBe(request.body_text);
  });

  test("tells what sending it costs at most", async () => {
    const name = await deployed("costed-agent");
    const prices = { input_price: { N: "2" }, output_price: { N: "10" } };
    await app.aws.put(tables.models, modelRow("openai", "gpt-4o-deployed", prices));
    const { calls, max_usd } = (await preflight(name, "openai", "gpt-4o-deployed"))
      .runtime_test_cost as { calls: number; max_usd: number };
    expect(calls).toBe(2);
    const answers = (2 * 100 * 10) / 1_000_000;
    expect(max_usd).toBeGreaterThan(answers);
    expect(max_usd).toBeLessThan(2 * answers);
  });

  test.each([
    ["a host of somebody else", { endpoint: "https://evil.example/v1/chat/completions" }],
    ["another provider's host for a key", { endpoint: "https://api.anthropic.com/v1/messages" }],
    ["another secret", { secret_path: "/somebody/else" }],
    ["a transformer that there is not", { request_transformer: "cohere_v1" }],
  ])("with %s sends nothing", async (what, config) => {
    await app.setKey("openai", "sk-for-the-upstream");
    const calls = app.upstream.calls.length;
    const name = await deployed(`agent-with-${what.replace(/\W/g, "-")}`, config);
    const answer = await testAs(name);
    expect(answer).toMatchObject({ status: 409, body: { code: "run_would_fail" } });
    expect(answer.text).not.toContain("sk-for-the-upstream");
    expect(app.upstream.calls.length).toBe(calls);
  });

  test("without an endpoint fails in the caller's words", async () => {
    const name = await deployed("unmapped-agent", { endpoint: "{% $nothing ? 'a' : 'x' %}" });
    expect((await testAs(name)).status).toBe(409);
  });

  test("with a short timeout makes a slow model too slow", async () => {
    await app.setKey("openai", "sk-for-the-upstream");
    app.upstream.behaviour.answer = "silent";
    const name = await deployed("impatient-agent", { timeout: 1 });
    const answer = await testAs(name);
    expect(answer).toMatchObject({ status: 200, body: { failure: { code: "timeout" } } });
    expect(runtimeOf(answer).would_fail_with?.cause).toContain("HTTP request failed");
    expect(runtimeOf(answer).would_fail_with?.state).toBe("Ask the Model");
    expect(await evidenceOf("openai", "gpt-4o-deployed")).toMatchObject({
      runtime_evidence: [{ outcome: "too_slow", timeout_ms: 1000 }],
    });
  });
});
