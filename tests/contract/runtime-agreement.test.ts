import { UpdateStateMachineCommand } from "@aws-sdk/client-sfn";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AgentRecord } from "@/lib/agents/schema";
import type { Finding } from "@/lib/findings/schema";
import platform from "../support/platform.json" with { type: "json" };
import { execute, failureOf } from "../support/run-failures";
import { unifiedMachine } from "../support/sample-machines";
import { type Agreement, type Sample, startAgreement, text } from "./agreement";
import { agentPath, agentRow, type Item, modelPath, modelRow, tables, unique } from "./console";
import { tools } from "./machine-changes";

let agreement: Agreement;

beforeAll(async () => {
  agreement = await startAgreement();
  const { app, putTool } = agreement;
  for (const [provider, model] of [
    ["bedrock", "us.amazon.nova-pro-v1:0"],
    ["bedrock", "anthropic.claude-3-haiku-20240307-v1:0"],
  ] as const)
    await app.aws.put(tables.models, modelRow(provider, model));
  await putTool("web_search", { input_schema: text('{"type":"object","properties":{}}') });
});

afterAll(() => agreement?.stop());

const agentOf = (sample: Sample) => agreement.deploySample(sample);

describe("the trace and the run agree", () => {
  test.each<[string, Sample, string | null]>([
    ["a sound agent of OpenAI", {}, null],
    ["a sound agent of Anthropic", { provider: "anthropic", model: "claude-sonnet-4-6" }, null],
    ["a sound agent of Google", { provider: "google", model: "gemini-3.5-flash" }, null],
    ["a sound agent of Bedrock", { provider: "bedrock", model: "eu.amazon.nova-pro-v1:0" }, null],
    [
      "a model that Anthropic has retired",
      { provider: "anthropic", model: "claude-3-5-sonnet-20241022" },
      "last_test",
    ],
    [
      "a model that Google has retired",
      { provider: "google", model: "gemini-2.0-flash-exp" },
      "last_test",
    ],
    ["a model that OpenAI has retired", { model: "o1-preview" }, "last_test"],
    [
      "a model that Bedrock has retired",
      { provider: "bedrock", model: "anthropic.claude-3-haiku-20240307-v1:0" },
      "last_test",
    ],
    ["a model without a row", { model: "gpt-typo" }, "model_row"],
    ["a provider by its alias", { provider: "gpt" }, "model_row"],
    ["a provider that isn't mapped", { provider: "xai", model: "grok-2-1212" }, "provider_mapping"],
    [
      "a tool that isn't registered",
      { row: tools([{ tool_name: "nowhere" }]) },
      "tool_definitions",
    ],
    [
      "a disabled tool that isn't registered",
      { row: tools([{ tool_name: "web_search" }, { tool_name: "nowhere", enabled: false }]) },
      "tool_definitions",
    ],
    ["a tool by its bare name", { row: tools(["web_search"]) }, "tool_definitions"],
    ["a tool by tool_id", { row: tools([{ tool_id: "web_search" }]) }, "tool_definitions"],
    ["tools that are no JSON", { row: { tools: text("[{") } }, "tool_definitions"],
    ["tools that are a number", { row: { tools: text("5") } }, "tool_definitions"],
    ["no tools attribute", { without: ["tools"] }, "tool_definitions"],
    ["no system prompt", { without: ["system_prompt"] }, "agent_row"],
    [
      "defaults compiled in",
      {
        without: ["llm_provider", "llm_model"],
        machine: { defaultModel: "claude-sonnet-4-6" },
      },
      null,
    ],
    ["defaults without a row", { without: ["llm_provider", "llm_model"] }, "model_row"],
    ["an empty model", { row: { llm_model: text("") } }, "model_row"],
    ["version v2.0, which its machine reads", { version: "v2.0" }, null],
    ["an older agent", { older: true, provider: "claude", model: "claude-sonnet-4-6" }, null],
    ["an older agent without a model", { older: true, without: ["llm_model"] }, "agent_row"],
    [
      "an older agent with an unregistered tool",
      { older: true, provider: "claude", row: tools([{ tool_name: "nowhere" }]) },
      "tool_definitions",
    ],
    ["no tools at OpenAI", { row: tools([]) }, "request"],
    [
      "no tools at Anthropic",
      { provider: "anthropic", model: "claude-sonnet-4-6", row: tools([]) },
      "request",
    ],
    [
      "no tools at Bedrock",
      { provider: "bedrock", model: "eu.amazon.nova-pro-v1:0", row: tools([]) },
      "request",
    ],
    ["no tools at Google", { provider: "google", model: "gemini-3.5-flash", row: tools([]) }, null],
    ["tools that are an empty object", { row: { tools: text("{}") } }, "request"],
    ["a model that refuses max_tokens", { model: "o4-mini" }, "request"],
    [
      "a Bedrock profile of another geography",
      { provider: "bedrock", model: "us.amazon.nova-pro-v1:0" },
      "endpoint",
    ],
    [
      "another region in the map",
      {
        provider: "bedrock",
        model: "eu.amazon.nova-pro-v1:0",
        machine: { region: "us-east-1" },
      },
      "endpoint",
    ],
    ["a tool whose name is empty", { row: tools([{ tool_name: "" }]) }, "tool_definitions"],
  ])("%s", async (_, agent, step) => {
    const { trace } = await agreement.expectAgreement(await agentOf(agent));
    expect(trace.steps.find(({ status }) => status === "broken")?.step ?? null).toBe(step);
  });

  test.each<[string, Item, string | null]>([
    ["a schema encoded twice", { input_schema: text('"{\\"type\\":\\"object\\"}"') }, null],
    ["a schema that is no JSON", { input_schema: text("{") }, "tool_definitions"],
    ["no schema", {}, "tool_definitions"],
    [
      "no description",
      { description: { NULL: true }, input_schema: text("{}") },
      "tool_definitions",
    ],
  ])("a tool with %s", async (_, item, step) => {
    const name = unique("tool");
    await agreement.putTool(name, item);
    const { trace } = await agreement.expectAgreement(
      await agentOf({ row: tools([{ tool_name: name }]) }),
    );
    expect(trace.steps.find(({ status }) => status === "broken")?.step ?? null).toBe(step);
  });

  const keyName = "OPENAI_API_KEY";

  test.each<[string, (values: Record<string, unknown>) => unknown, string]>([
    ["missing", ({ [keyName]: _, ...others }) => others, "secret_key"],
    ["a number", (values) => ({ ...values, [keyName]: 42 }), "secret_key"],
    [
      "an object",
      (values) => ({ ...values, [keyName]: { value: "sandbox-openai" } }),
      "secret_key",
    ],
    [
      "ended by a line end",
      (values) => ({ ...values, [keyName]: "sandbox-openai\n" }),
      "key_state",
    ],
    ["in a secret that is no object", () => "no object", "secret_key"],
  ])("a key that is %s", async (_, change, step) => {
    const agent = await agentOf({});
    const stored = await agreement.app.aws.secretText();
    const changed = change(JSON.parse(stored));
    await agreement.app.aws.putSecret(
      typeof changed === "string" ? changed : JSON.stringify(changed),
    );
    try {
      const { trace } = await agreement.expectAgreement(agent);
      expect(trace.steps.find(({ status }) => status === "broken")?.step ?? null).toBe(step);
    } finally {
      await agreement.app.aws.putSecret(stored);
    }
  });
});

describe("what a test has shown is announced", () => {
  test.each<[string, string, string, RegExp]>([
    ["slower than the machine waits", "hang", "too_slow", /^HTTP request failed: /],
    ["an answer that can't be read", "error_200", "unreadable", /^Transform error: /],
    ["a refused request", "bad_request", "refused", /^Provider API error: openai returned 400: /],
  ])("%s", async (_, code, outcome, message) => {
    const { app } = agreement;
    const model = "gpt-4.1";
    await app.aws.put(tables.models, modelRow("openai", model));
    const agent = await agentOf({ model, machine: { timeout: 1 } });
    const stored = await app.aws.secretText();
    const failing = { ...JSON.parse(stored), OPENAI_API_KEY: `sandbox-fail-${code}` };
    await app.aws.putSecret(JSON.stringify(failing));
    try {
      await app.admin.post("/api/completions", {
        as_agent: { agent_name: agent.name, version: agent.version },
        prompt: "Hello",
      });
      const { body } = await app.viewer.get(modelPath("openai", model));
      expect(body.runtime_evidence).toMatchObject([{ outcome, with_tools: true }]);
      const { trace, failure } = await agreement.expectAgreement(agent);
      expect(trace.steps.find(({ status }) => status === "broken")?.step).toBe("request");
      expect(JSON.parse(failure?.cause ?? "{}").errorMessage).toMatch(message);
    } finally {
      await app.aws.putSecret(stored);
      await app.admin.delete(modelPath("openai", model));
    }
  });
});

test("a machine that was changed outside changes the trace of its agent alone", async () => {
  const [changed, other] = [await agentOf({}), await agentOf({})];
  const before = await agreement.traceOf(changed.name);
  const definition = unifiedMachine({ name: changed.name, region: "us-east-1" });
  // One provider less: OpenAI's entry gets another name.
  const text = JSON.stringify(definition)
    .replaceAll("'openai'", "'other'")
    .replaceAll('\\"openai\\":', '\\"other\\":');
  await agreement.sfn.send(
    new UpdateStateMachineCommand({ stateMachineArn: changed.arn, definition: text }),
  );
  const after = await agreement.traceOf(changed.name);
  expect([before.ok, after.ok]).toEqual([true, false]);
  expect(after.revision).not.toBe(before.revision);
  expect(after.machine?.bedrock_region).toBe("us-east-1");
  await agreement.expectAgreement(changed);
  expect((await agreement.traceOf(other.name)).ok).toBe(true);
  const { body } = await agreement.app.viewer.get("/api/checks");
  const findings = body.findings as { code: string; subject: { id: string } }[]; // By docs/contract.md.
  const unmapped = findings.filter(({ code }) => code === "agent_provider_unmapped");
  expect(unmapped.map(({ subject }) => subject.id)).toContain(`${changed.name}/v1.0`);
  expect(unmapped.map(({ subject }) => subject.id)).not.toContain(`${other.name}/v1.0`);
  const agents = (await agreement.app.viewer.get("/api/agents")).body.agents as AgentRecord[];
  const mapped = new Map(agents.map(({ agent_name, runtime }) => [agent_name, runtime]));
  expect(mapped.get(changed.name)?.maps_provider).toBe(false);
  expect(mapped.get(other.name)?.maps_provider).toBe(true);
  const target = `provider=openai&model_id=gpt-4o`;
  const preflight = await agreement.app.viewer.get(
    `${agentPath(changed.name)}/preflight?${target}`,
  );
  expect(preflight.body).toMatchObject({ ok: false });
});

test("agents whose machines aren't here are assumed, say so, and can't be started", async () => {
  const { app, sfn } = agreement;
  for (const { agent_name, version, state_machine_arn: arn } of platform.AgentRegistry) {
    const trace = await agreement.traceOf(agent_name, version);
    expect(trace).toMatchObject({ source: "assumed", revision: null, machine: null });
    const started = await execute(sfn, arn ?? "").catch((error: Error) => error);
    const { name: error, message: cause } = started as Error; // There is no such machine.
    // Only a row without an ARN is judged by itself; this one has no prompt.
    const refused = { error, cause, state: null };
    const expected = arn ? refused : { error: "States.QueryEvaluationError" };
    expect(trace).toMatchObject({ ok: false, would_fail_with: expected });
    const why = arn ? `There is no state machine ${arn}` : "Its row names no state machine.";
    expect(trace.assumed_because?.why).toContain(why);
    const { body } = await app.viewer.get(agentPath(agent_name, version));
    expect(body.runtime).toMatchObject({ source: "assumed", maps_provider: null });
    // What only a definition or a run shows isn't claimed.
    for (const { step, status } of trace.steps.filter((one) => /tool|request/.test(one.step)))
      expect([step, status]).not.toContain("ok");
  }
});

const olderRow = { metadata: text('{"llm_type":"claude"}') };

test.each<[string, Sample, string | null]>([
  ["a sound row", {}, null],
  ["a row without a prompt", { without: ["system_prompt"] }, "agent_row"],
  ["an empty prompt", { row: { system_prompt: text("") } }, null],
  ["a model without a row", { model: "gpt-typo" }, "model_row"],
  [
    "an older agent without a prompt",
    { older: true, row: olderRow, without: ["system_prompt"] },
    "agent_row",
  ],
])("without its ARN, %s is assumed to do what its run does", async (...args) => {
  const [, sample, first] = args;
  const { name, arn, version } = await agentOf(sample);
  const { app, sfn } = agreement;
  const run = await failureOf(sfn, await execute(sfn, arn));
  const row = await app.aws.agent(name, version);
  const { state_machine_arn: _, ...withoutArn } = row ?? {};
  await app.aws.put(tables.agents, withoutArn);
  const { source, steps, would_fail_with } = await agreement.traceOf(name, version);
  const broken = steps.find(({ status }) => status === "broken")?.step ?? null;
  expect([source, broken]).toEqual(["assumed", first]);
  expect([would_fail_with?.error, would_fail_with?.state]).toEqual([run?.error, run?.state]);
  if (sample.older) return;
  const query = new URLSearchParams({ provider: "anthropic", model_id: "claude-sonnet-4-6" });
  const preflight = await app.viewer.get(`${agentPath(name, version)}/preflight?${query}`);
  const codes = (preflight.body.findings as Finding[]).map(({ code }) => code);
  expect(codes.includes("agent_defective")).toBe(first === "agent_row");
});

test("a row that its machine doesn't read says so", async () => {
  const { name, arn } = await agentOf({});
  await agreement.app.aws.put(tables.agents, {
    ...agentRow(name, "openai", "gpt-4o"),
    version: text("v0.9"),
    state_machine_arn: text(arn),
  });
  const trace = await agreement.traceOf(name, "v0.9");
  expect(trace).toMatchObject({ ok: true, source: "definition", would_fail_with: null });
  expect(trace.steps[0]).toMatchObject({ status: "warning" });
  expect(trace.steps[0]?.detail).toContain(`which reads ${name} v1.0`);
  const { body } = await agreement.app.viewer.get(agentPath(name, "v0.9"));
  expect(body.runtime).toMatchObject({ read_by_machine: false, reads_version: "v1.0" });
});

const attributes: Record<string, (string | undefined)[]> = {
  llm_provider: ["openai", "gpt", "xai", "anthropic", "", undefined],
  llm_model: ["gpt-4o", "gpt-typo", "claude-sonnet-4-6", "o4-mini", "", undefined],
  system_prompt: ["You help.", "", undefined],
  tools: [
    '[{"tool_name":"web_search"}]',
    '[{"tool_name":"nowhere"}]',
    '["web_search"]',
    "[]",
    "{",
    "7",
    undefined,
  ],
};

const rowOf = fc.record(
  Object.fromEntries(
    Object.entries(attributes).map(([name, values]) => [name, fc.constantFrom(...values)]),
  ),
);

test("the trace and the run agree on invented rows", { timeout: 600_000 }, async () => {
  const { name, arn, version } = await agentOf({
    machine: { defaultModel: "claude-sonnet-4-6" },
  });
  await fc.assert(
    fc.asyncProperty(rowOf, async (values) => {
      const item: Item = { ...agentRow(name, "", ""), state_machine_arn: text(arn) };
      for (const [attribute, value] of Object.entries(values)) {
        if (value === undefined) delete item[attribute];
        else item[attribute] = text(value);
      }
      await agreement.putAgent(item);
      await agreement.expectAgreement({ name, arn, version });
    }),
    { numRuns: 60 },
  );
});
