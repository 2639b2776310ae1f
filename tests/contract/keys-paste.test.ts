import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { agentPath, agentRow, modelRow, tables, unique } from "./console";
import { startKeyConsole } from "./key-console";

let app: Awaited<ReturnType<typeof startKeyConsole>>;

beforeAll(async () => {
  app = await startKeyConsole();
});

beforeEach(async () => {
  await app.aws.putSecret("{}");
});

afterAll(() => app.stop());

const key = `sk-proj-${"a1B2".repeat(30)}`;
const bedrockKey = `ABSK${"Qm9v".repeat(20)}=`;

describe("saving a pasted text", () => {
  test.each([
    `OPENAI_API_KEY=${key}`,
    `export OPENAI_API_KEY='${key}'\n`,
    `$env:OPENAI_API_KEY = "${key}"`,
    `"OPENAI_API_KEY": "${key}",`,
    `“${key}”`,
    `Authorization: Bearer ${key}`,
    `\u200b${key}\r\n`,
  ])("%j saves the key in it", async (api_key) => {
    expect(await app.putKey("openai", api_key)).toMatchObject({
      status: 200,
      body: { status: "stored", last_four: "a1B2", looks_like: null },
    });
    expect((await app.values()).OPENAI_API_KEY).toBe(key);
  });

  test.each([
    [bedrockKey, { status: "stored", looks_like: "bedrock" }],
    ["sk-ant-api03-abc", { status: "stored", looks_like: "anthropic" }],
    ["sk-...abcd", { status: "placeholder", looks_like: "masked" }],
    ["****7101", { status: "placeholder", looks_like: "masked" }],
    ["your-openai-api-key-here", { status: "placeholder", looks_like: "placeholder" }],
    ["sandbox-your-key-here", { status: "stored", looks_like: null }],
  ])("%s is saved, and the answer says what it looks like", async (api_key, expected) => {
    expect(await app.putKey("openai", api_key)).toMatchObject({ status: 200, body: expected });
    expect((await app.values()).OPENAI_API_KEY).toBe(api_key);
    expect((await app.providerOf("openai"))?.key).toMatchObject(expected);
  });

  test.each(["…7101", "•••"])("the masked %s is refused as what it is", async (api_key) => {
    const { status, body } = await app.putKey("openai", api_key);
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      { path: "api_key", message: expect.stringContaining("masked key") },
    ]);
  });
});

describe("a placeholder that a deploy wrote", () => {
  const placeholder = "your-anthropic-api-key-here";

  test("is a finding, breaks the trace and blocks a switch", async () => {
    await app.aws.putSecret(JSON.stringify({ ANTHROPIC_API_KEY: placeholder }));
    const [model, name] = [unique("claude"), unique("agent")];
    await app.aws.put(tables.models, modelRow("anthropic", model));
    await app.aws.put(tables.agents, agentRow(name, "anthropic", model));
    expect((await app.providerOf("anthropic"))?.key).toMatchObject({
      status: "placeholder",
      last_four: "here",
    });
    const { body: checks } = await app.viewer.get("/api/checks");
    expect(checks.findings).toContainEqual(
      expect.objectContaining({
        code: "key_placeholder",
        severity: "error",
        subject: { kind: "key", id: "anthropic" },
      }),
    );
    const path = agentPath(name);
    const { body: trace } = await app.viewer.get(`${path}/trace`);
    expect(trace).toMatchObject({
      ok: false,
      would_fail_with: {
        cause: expect.stringContaining("anthropic returned 401"),
        state: "Call Unified LLM",
      },
      steps: expect.arrayContaining([
        expect.objectContaining({ step: "key_state", status: "broken", value: "placeholder" }),
      ]),
    });
    const { body: preflight } = await app.viewer.get(
      `${path}/preflight?provider=anthropic&model_id=${model}`,
    );
    expect(preflight).toMatchObject({
      ok: false,
      findings: expect.arrayContaining([
        expect.objectContaining({ code: "key_placeholder", severity: "error" }),
      ]),
    });
  });

  test("is no placeholder any more once a key is saved", async () => {
    await app.aws.putSecret(JSON.stringify({ ANTHROPIC_API_KEY: placeholder }));
    expect((await app.putKey("anthropic", "sandbox-changeme")).body.status).toBe("stored");
  });
});

describe("rolling back one change", () => {
  const rollback = (event_id: unknown) =>
    app.admin.post("/api/providers/openai/key/rollback", { event_id });

  test("restores the value before it", async () => {
    await app.putKey("openai", "sandbox-first-aaaa");
    const { body } = await app.putKey("openai", "sandbox-second-bbbb");
    expect(await rollback(body.event_id)).toMatchObject({
      status: 200,
      body: { last_four: "aaaa", event_id: expect.any(String) },
    });
    expect((await app.values()).OPENAI_API_KEY).toBe("sandbox-first-aaaa");
  });

  test("that a later change superseded is a conflict that names the later change", async () => {
    await app.putKey("openai", "sandbox-first-aaaa");
    const { body: second } = await app.putKey("openai", "sandbox-second-bbbb");
    await app.putKey("openai", "sandbox-third-cccc");
    const { status, body } = await rollback(second.event_id);
    expect(status).toBe(409);
    expect(body).toMatchObject({
      code: "conflict",
      detail: expect.stringMatching(
        /^The key of OpenAI has changed since: admin saved …cccc on .* UTC\. Nothing was rolled back\./,
      ),
      current: { last_four: "cccc" },
    });
    expect((await app.values()).OPENAI_API_KEY).toBe("sandbox-third-cccc");
    const again = await app.admin.post("/api/providers/openai/key/rollback", {});
    expect(again.status).toBe(200);
    const { body: rolled } = await rollback(second.event_id);
    expect(rolled.detail).toContain("admin rolled it back to …bbbb on ");
  });

  test("that something else overwrote says so", async () => {
    await app.putKey("openai", "sandbox-first-aaaa");
    const { body } = await app.putKey("openai", "sandbox-second-bbbb");
    await app.aws.putSecret(JSON.stringify({ OPENAI_API_KEY: "sandbox-foreign-dddd" }));
    const answer = await rollback(body.event_id);
    expect(answer.status).toBe(409);
    expect(answer.body.detail).toContain("something outside the console wrote …dddd");
  });

  test("that doesn't exist is a 404", async () => {
    await app.putKey("openai", "sandbox-first-aaaa");
    expect((await rollback("00000000-0000-4000-8000-000000000000")).status).toBe(404);
  });
});
