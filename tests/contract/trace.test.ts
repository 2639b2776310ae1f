import type { SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { comparable, execute, failureOf } from "../support/run-failures";
import { agentFixtures } from "./agent-fixtures";
import { deploySamples, stepFunctionsAt } from "./agreement";
import { agentPath, type Json, unique } from "./console";
import { type Console, startConsole } from "./running-console";

let app: Console;
let sfn: SFNClient;
const { putModel, putAgent, withSecret } = agentFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
  await deploySamples(app);
  sfn = stepFunctionsAt(app.awsUrl);
});

afterAll(async () => {
  sfn?.destroy();
  await app?.stop();
});

type Step = { step: string; status: string; value: string | null; detail: string };
type Failure = { error: string; cause: string; state: string | null };
type Trace = { ok: boolean; source: string; would_fail_with: Failure | null; steps: Step[] };

async function traceOf(name: string, version = "v1.0"): Promise<Trace> {
  const { status, body } = await app.viewer.get(`${agentPath(name, version)}/trace`);
  expect(status).toBe(200);
  return body as Trace; // By docs/contract.md.
}

const step = ({ steps }: Trace, name: string) => steps.find((entry) => entry.step === name);
const broken = ({ steps }: Trace) => steps.find(({ status }) => status === "broken")?.step ?? null;

test.each([
  ["sql-agent", "last_test"],
  ["maps-agent", "last_test"],
  ["research-agent", null],
  ["web-research-agent", null],
  ["batch-agent", null],
  ["timeseries-agent", "tool_definitions"],
  ["invoice-agent", "model_row"],
  ["vision-agent", "model_row"],
  ["support-agent", "provider_mapping"],
  ["translate-agent", "model_row"],
  ["reasoning-agent", "last_test"],
  ["broken-agent", "tool_definitions"],
])("%s traces to what its run does; first broken: %s", async (name, first) => {
  const trace = await traceOf(name);
  const arn = `arn:aws:states:eu-west-1:000000000000:stateMachine:${name}-prod`;
  const failure = await failureOf(sfn, await execute(sfn, arn));
  expect(comparable(trace.would_fail_with)).toEqual(comparable(failure));
  expect(trace).toMatchObject({ source: "definition", ok: first === null });
  expect(broken(trace)).toBe(first);
});

test("a run whose machine is gone can't start, whatever its rows say", async () => {
  const arn = `arn:aws:states:eu-west-1:000000000000:stateMachine:${unique("gone")}`;
  const more = { state_machine_arn: { S: arn }, tools: { S: '[{"tool_name":"clock"}]' } };
  const name = await putAgent("openai", await putModel("openai"), more);
  const trace = await traceOf(name);
  const started = await execute(sfn, arn).catch((error: Error) => error);
  const { name: error, message: cause } = started as Error; // There is no such machine.
  expect(trace).toMatchObject({
    ok: false,
    source: "assumed",
    would_fail_with: { error, cause, state: null },
  });
  expect(broken(trace)).toBe("agent_row");
  const target = "provider=openai&model_id=gpt-4o";
  const { body } = await app.viewer.get(`${agentPath(name)}/preflight?${target}`);
  expect(body.findings).toEqual([
    expect.objectContaining({
      code: "definition_unreadable",
      severity: "warning",
      title: `${name} can't be started`,
    }),
  ]);
  const checks = (await app.viewer.get("/api/checks")).body.findings as Json[];
  const gone = checks.find(({ subject }) => (subject as Json).id === `${name}/v1.0`);
  expect(gone).toMatchObject({ code: "definition_unreadable", severity: "error" });
});

test("an alias says under which key the model stands", async () => {
  expect(step(await traceOf("invoice-agent"), "model_row")?.detail).toContain(
    "bedrock#eu.amazon.nova-lite-v1:0",
  );
});

test("an older agent reads no model row, and its endpoint is its caller's", async () => {
  const trace = await traceOf("timeseries-agent");
  for (const unread of ["model_row", "provider_mapping"]) {
    expect(step(trace, unread)).toMatchObject({ status: "ok", detail: "not read" });
  }
  expect(step(trace, "endpoint")?.status).toBe("unknown");
});

test("a missing key breaks the path where the caller finds none", async () => {
  const name = await putAgent("openai", await putModel("openai"));
  await withSecret(
    ({ OPENAI_API_KEY: _, ...others }) => others,
    async () => {
      const trace = await traceOf(name);
      expect(broken(trace)).toBe("secret_key");
      expect(trace.would_fail_with?.cause).toContain(
        "Secret key not found: OPENAI_API_KEY in secret: ",
      );
    },
  );
});

test("a rejected key is the state of the key, not its absence", async () => {
  const name = await putAgent("xai", await putModel("xai"));
  const mapped = await putAgent("deepseek", await putModel("deepseek"));
  for (const other of [name, mapped]) {
    expect(broken(await traceOf(other))).toBe("provider_mapping");
  }
  const model = await putModel("openai");
  const agent = await putAgent("openai", model);
  await withSecret(
    (values) => ({ ...values, OPENAI_API_KEY: "sandbox-wrong" }),
    async () => {
      const prompt = { provider: "openai", model_id: model, prompt: "Hello", stream: false };
      await app.admin.post("/api/completions", prompt);
      const trace = await traceOf(agent);
      expect(step(trace, "secret_key")?.status).toBe("ok");
      expect(step(trace, "key_state")).toMatchObject({ status: "broken", value: "rejected" });
      expect(step(trace, "last_test")).toMatchObject({ status: "warning", value: "bad_key" });
    },
  );
});

test("a value that is no text is ignored by callers", async () => {
  const name = await putAgent("google", await putModel("google"));
  await withSecret(
    (values) => ({ ...values, GEMINI_API_KEY: { nested: true } }),
    async () => {
      const trace = await traceOf(name);
      expect(step(trace, "secret_key")).toMatchObject({ status: "broken" });
      expect(step(trace, "secret_key")?.detail).toContain("not text");
    },
  );
});

test("a profile of another geography breaks at the endpoint, which the machine still calls", async () => {
  const model = await putModel("bedrock", {}, "us.anthropic.claude-3-5-sonnet-20241022-v2:0");
  const trace = await traceOf(await putAgent("bedrock", model));
  expect(broken(trace)).toBe("endpoint");
  expect(step(trace, "endpoint")?.value).toContain("bedrock-runtime.eu-west-1.amazonaws.com");
  expect(step(trace, "secret_key")?.status).toBe("ok");
});

test("a missing key is reported before an invalid ID", async () => {
  const model = await putModel("bedrock", {}, "us.amazon.nova-lite-v1:0");
  const name = await putAgent("bedrock", model);
  await withSecret(
    ({ AWS_BEARER_TOKEN_BEDROCK: _, ...others }) => others,
    async () => {
      const trace = await traceOf(name);
      expect(broken(trace)).toBe("secret_key");
      expect(trace.would_fail_with?.cause).toContain(
        "Secret key not found: AWS_BEARER_TOKEN_BEDROCK in secret: ",
      );
      expect(step(trace, "endpoint")?.status).toBe("warning");
    },
  );
});

test("a key with a second # is traced as the machine splits it", async () => {
  const model = await putModel("bedrock", {}, "eu.amazon.nova-pro-v1:0#old");
  const name = await putAgent("bedrock", model);
  const trace = await traceOf(name);
  const sent = "eu.amazon.nova-pro-v1:0";
  expect(step(trace, "endpoint")?.value).toBe(
    `https://bedrock-runtime.eu-west-1.amazonaws.com/model/${sent}/converse`,
  );
  expect(step(trace, "model_row")).toMatchObject({ status: "warning" });
  expect(step(trace, "model_row")?.detail).toContain("must hold one #");
  expect(step(trace, "model_row")?.detail).toContain(`sends "${sent}" to "bedrock"`);
});

test("preflight tells what blocks and what is only to be thought over", async () => {
  const model = await putModel("openai", {
    max_output_tokens: { N: "100" },
    retires_on: { S: "2026-12-31" },
    supports_tools: { BOOL: false },
  });
  const name = await putAgent("openai", "gpt-4o", {
    tools: { S: '["search"]' },
    parameters: { S: '{"max_tokens":4096}' },
  });
  const ask = (query: string) => app.viewer.get(`${agentPath(name)}/preflight?${query}`);
  const { body } = await ask(`provider=openai&model_id=${model}`);
  const codes = (body.findings as Json[]).map(({ code, severity }) => `${code} ${severity}`);
  expect(body.ok).toBe(false);
  expect(codes).toEqual([
    "agent_tools_unsupported error",
    "model_not_listed warning",
    "context_differs warning",
    "model_retiring warning",
    "price_missing info",
  ]);
  expect((await ask("provider=openai&model_id=none")).body).toMatchObject({
    ok: false,
    findings: [{ code: "agent_model_missing" }],
  });
  expect((await ask("provider=openai&model_id=gpt-4o")).body).toMatchObject({ ok: true });
  expect((await ask("provider=openai")).status).toBe(422);
});

test("preflight of an older agent refuses another provider, as a switch does", async () => {
  const path = agentPath("timeseries-agent");
  const other = await app.viewer.get(`${path}/preflight?provider=openai&model_id=gpt-4o`);
  expect(other).toMatchObject({ status: 409, body: { code: "provider_fixed" } });
  const own = await app.viewer.get(
    `${path}/preflight?provider=anthropic&model_id=claude-3-opus-20240229`,
  );
  expect(own.status).toBe(200);
});

test("requires a session", async () => {
  for (const path of ["trace", "preflight?provider=openai&model_id=gpt-4o"]) {
    expect((await app.stranger.get(`${agentPath("sql-agent")}/${path}`)).status).toBe(401);
  }
  expect((await app.viewer.get(`${agentPath("nobody")}/trace`)).status).toBe(404);
});
