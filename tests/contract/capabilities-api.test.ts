import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type ReceivedRequest,
  type Replay,
  type ReplayServer,
  startReplay,
} from "../support/replay-server";
import { type Json, modelPath, tables, unique } from "./console";
import { keyNames } from "./key-console";
import { modelFixtures, type Row } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
let upstream: ReplayServer;
let answer: (request: ReceivedRequest) => Replay;
let sandboxSecret: string;
const { putRow, read, listModels } = modelFixtures(() => app);

beforeAll(async () => {
  upstream = await startReplay((request) => answer(request));
  app = await startConsole({
    env: {
      OPENAI_BASE_URL: `${upstream.url}/v1`,
      ANTHROPIC_BASE_URL: upstream.url,
      // Longer than a test: a call ends because it is answered or stopped.
      COMPLETION_TIMEOUT_MS: "600000",
    },
  });
  sandboxSecret = await app.aws.secretText();
});
afterAll(async () => {
  await app?.stop();
  await upstream?.stop();
});
afterEach(async () => {
  await app.aws.putSecret(sandboxSecret);
});

const setKey = (provider: keyof typeof keyNames, value: string) =>
  app.aws.putSecret(JSON.stringify({ ...JSON.parse(sandboxSecret), [keyNames[provider]]: value }));

type Proof = Json & { verdict: string; detail: string };
type Results = Record<"tools" | "vision" | "streaming", Proof | null>;

async function probe(row: Row, requested: Json = {}) {
  const { status, body } = await app.admin.post(`${row.path}/probe`, requested);
  expect(status).toBe(200);
  // The shapes of lib/capabilities/schema.
  return body as { results: Results; capabilities_proved: Results; kept: boolean; usage: Json };
}

const proved = async (row: Row) => (await read(row)).capabilities_proved as Results | null;

const json = (body: unknown, status = 200): Replay => ({
  status,
  headers: { "content-type": "application/json" },
  body: [JSON.stringify(body)],
});

describe("a model that can", () => {
  test.each([
    ["openai", "gpt-4.1"],
    ["anthropic", "claude-sonnet-5"],
    ["google", "gemini-3.5-flash"],
    ["bedrock", "eu.amazon.nova-pro-v1:0"],
    ["xai", "grok-4.5"],
    ["deepseek", "deepseek-flash"],
  ])("%s: tools, vision and streaming are proved and kept with the row", async (provider, id) => {
    const row = await putRow({}, provider, id);
    const { results, capabilities_proved, kept, usage } = await probe(row);
    const shown = {
      verdict: "proved",
      code: null,
      simulated: true,
      by: expect.stringMatching(/./),
    };
    expect(results).toMatchObject({ tools: shown, vision: shown, streaming: shown });
    expect(kept).toBe(true);
    expect(usage).toEqual({ input_tokens: expect.any(Number), output_tokens: expect.any(Number) });
    expect(await proved(row)).toEqual(capabilities_proved);
    const listed = (await listModels()).find(({ pk }) => pk === row.pk);
    expect(listed?.capabilities_proved).toEqual(capabilities_proved);
  });
});

describe("a model that cannot", () => {
  test.each([
    ["openai", "gpt-4.1-mini", "vision"],
    ["google", "gemini-2.5-flash-lite", "tools"],
    ["bedrock", "eu.amazon.nova-2-lite-v1:0", "vision"],
    ["xai", "grok-4.3", "tools"],
    ["deepseek", "deepseek-v4-flash", "vision"],
  ] as const)("%s: %s is seen to lack %s, in the provider's words", async (provider, id, name) => {
    const row = await putRow({ [`supports_${name}`]: { BOOL: true } }, provider, id);
    const { results } = await probe(row);
    expect(results[name]).toMatchObject({
      verdict: "disproved",
      detail: expect.stringMatching(/^The provider refused: ./),
    });
    expect((await proved(row))?.[name]?.verdict).toBe("disproved");
    expect(results.streaming?.verdict).toBe("proved");
    expect(await read(row)).toMatchObject({ [`supports_${name}`]: true });
  });

  test("anthropic: its refusal disproves, and the key is not stored", async () => {
    const row = await putRow({}, "anthropic", unique("claude"));
    await setKey("anthropic", "not-for-the-sandbox-0001");
    const message = `'${row.model_id}' does not support tool use. not-for-the-sandbox-0001`;
    answer = () => json({ type: "error", error: { type: "invalid_request_error", message } }, 400);
    const { results } = await probe(row, { tools: true });
    expect(results.tools).toMatchObject({ verdict: "disproved", simulated: false });
    const notes = JSON.stringify(await app.aws.query(tables.management, "last-tests"));
    expect(notes).toContain("does not support tool use");
    expect(notes).not.toContain("not-for-the-sandbox-0001");
  });
});

describe("nothing is known", () => {
  test("a key failure is reported for all capabilities with its fix after one call", async () => {
    const row = await putRow();
    await setKey("openai", "not-for-the-sandbox-0002");
    answer = () => json({ error: { message: "No.", code: "invalid_api_key" } }, 401);
    const before = upstream.requests.length;
    const { results } = await probe(row);
    const shown = { verdict: "not_known", code: "bad_key", fix: expect.stringMatching(/API Key/) };
    expect(results).toMatchObject({ tools: shown, vision: shown, streaming: shown });
    expect(upstream.requests.length - before).toBe(1);
  });

  test("an inconclusive probe keeps the earlier verdict", async () => {
    const row = await putRow({}, "xai", "grok-4.6");
    await probe(row, { tools: true });
    const older = await proved(row);
    await setKey("xai", "sandbox-fail-rate_limited");
    const { results, capabilities_proved } = await probe(row, { tools: true, vision: true });
    expect(results.tools).toMatchObject({ verdict: "not_known", code: "rate_limited" });
    expect(capabilities_proved.tools).toEqual(older?.tools);
    expect(await proved(row)).toEqual({ ...older, vision: results.vision });
  });

  test("an inconclusive answer is shown", async () => {
    const row = await putRow();
    await setKey("openai", "not-for-the-sandbox-0003");
    const message = { role: "assistant", content: "I see a cat." };
    answer = () =>
      json({ object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }] });
    const { results, usage } = await probe(row, { tools: true, vision: true });
    expect(results.tools?.detail).toContain('text instead of a call: "I see a cat."');
    expect(results.vision?.detail).toContain('answered "I see a cat."');
    expect(usage).toEqual({ input_tokens: null, output_tokens: null });
  });
});

test("a model that refuses a forced call is retried without forcing", async () => {
  const row = await putRow();
  await setKey("openai", "not-for-the-sandbox-0004");
  const refused = { error: { message: `${row.model_id} does not support this tool_choice` } };
  const body = { name: "report_number", arguments: '{"number":7}' };
  const call = { id: "c1", type: "function", function: body };
  const message = { role: "assistant", content: null, tool_calls: [call] };
  const choices = [{ index: 0, message, finish_reason: "tool_calls" }];
  answer = ({ body }) =>
    JSON.parse(body).tool_choice === "auto"
      ? json({ object: "chat.completion", choices })
      : json(refused, 400);
  const { results } = await probe(row, { tools: true });
  expect(results.tools).toMatchObject({ verdict: "proved", detail: expect.stringContaining("7") });
});

test("tests and probes keep each other's notes", async () => {
  const row = await putRow({}, "xai", "grok-3-mini");
  const ask = { provider: "xai", model_id: row.model_id, prompt: "Hi", stream: false };
  await app.admin.post("/api/completions", ask);
  await probe(row, { vision: true });
  await probe(row, { tools: true });
  expect(await read(row)).toMatchObject({
    last_test: { outcome: "ok" },
    capabilities_proved: {
      vision: { verdict: "disproved" },
      tools: { verdict: "proved" },
      streaming: null,
    },
  });
  await app.admin.post("/api/completions", { ...ask, prompt: "[[fail:overloaded]]" });
  expect(await read(row)).toMatchObject({
    last_test: { outcome: "overloaded", latency_ms: null },
    capabilities_proved: { vision: { verdict: "disproved" } },
  });
});

test("a model that was only probed has no last test", async () => {
  const row = await putRow({}, "deepseek", "deepseek-v4-pro");
  await probe(row, { streaming: true });
  expect(await read(row)).toMatchObject({
    last_test: null,
    capabilities_proved: { tools: null, vision: null, streaming: { verdict: "proved" } },
  });
});

describe("an answer eaten by thinking", () => {
  const eaten = json({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "m",
    content: [{ type: "thinking", thinking: "Let me think", signature: "s" }],
    stop_reason: "max_tokens",
    stop_sequence: null,
    usage: { input_tokens: 9, output_tokens: 4096 },
  });

  test("is no passed test of the model, but verifies the key", async () => {
    const row = await putRow({}, "anthropic");
    await setKey("anthropic", "not-for-the-sandbox-0006");
    answer = () => eaten;
    const { provider, model_id } = row;
    const ask = { provider, model_id, prompt: "Hi", stream: false };
    const { status, body } = await app.admin.post("/api/completions", ask);
    expect([status, body.text, body.stop_reason]).toEqual([200, "", "max_tokens"]);
    expect(await read(row)).toMatchObject({ last_test: { outcome: "no_answer" } });
    const { body: list } = await app.admin.get("/api/providers");
    const known = (list.providers as Json[]).find(({ id }) => id === "anthropic");
    expect(known).toMatchObject({ key: { status: "verified" } });
  });

  test("isn't a proof in a probe either", async () => {
    const row = await putRow({}, "anthropic");
    await setKey("anthropic", "not-for-the-sandbox-0007");
    answer = () => eaten;
    const { results } = await probe(row, { tools: true });
    expect(results.tools).toMatchObject({
      verdict: "not_known",
      detail: "It used up its output tokens before it answered.",
    });
    const notes = await app.aws.scan(tables.management);
    const ofRow = notes.find(
      (item) => item.capability_tools && JSON.stringify(item).includes(row.model_id),
    );
    expect(ofRow).toBeDefined();
    expect(ofRow).not.toHaveProperty("last_proof");
  });
});

test("aborting closes the provider's connection and saves nothing", async () => {
  const row = await putRow();
  await setKey("openai", "not-for-the-sandbox-0005");
  const arrived = new Promise<void>((resolve) => {
    answer = () => {
      resolve();
      return {};
    };
  });
  const leave = new AbortController();
  const response = app.admin.raw("POST", `${row.path}/probe`, {}, { signal: leave.signal });
  response.catch(() => {});
  await arrived;
  leave.abort();
  await upstream.abandoned;
  expect(await proved(row)).toBeNull();
});

describe("refused", () => {
  test("for viewers and anonymous callers", async () => {
    const { path } = await putRow();
    expect((await app.viewer.post(`${path}/probe`, {})).status).toBe(403);
    expect((await app.stranger.post(`${path}/probe`, {})).status).toBe(401);
  });

  test("for an unregistered model or an unknown provider", async () => {
    const missing = await app.admin.post(`${modelPath("openai", unique("none"))}/probe`, {});
    expect(missing).toMatchObject({ status: 404, body: { code: "not_found" } });
    const { path } = await putRow({}, "mistral", unique("large"));
    const unknown = await app.admin.post(`${path}/probe`, {});
    expect(unknown).toMatchObject({ status: 422, body: { errors: [{ path: "provider" }] } });
  });

  test("for a body without known capabilities", async () => {
    const { path } = await putRow();
    const none = { tools: false, vision: false, streaming: false };
    for (const body of [none, { speech: true }, { tools: "yes" }]) {
      expect((await app.admin.post(`${path}/probe`, body)).status).toBe(422);
    }
  });
});
