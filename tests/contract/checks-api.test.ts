import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentFixtures } from "./agent-fixtures";
import { agentPath, type Item, type Json, modelPath, modelRow, tables, unique } from "./console";
import { S } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { putModel, putAgent, withSecret, switchTo } = agentFixtures(() => app);

/** The secret of another environment, which is not there at first. */
const otherSecret = "/ai-agent/llm-secrets/dev";

beforeAll(async () => {
  app = await startConsole({ env: { COMPARE_SECRET_IDS: otherSecret } });
});

afterAll(() => app?.stop());

type Finding = {
  code: string;
  severity: string;
  subject: { kind: string; id: string };
  action?: { method?: string; path: string; body: Json };
};

async function findings(): Promise<Finding[]> {
  const { status, body } = await app.viewer.get("/api/checks");
  expect(status).toBe(200);
  return body.findings as Finding[]; // By docs/contract.md.
}

const find = async (code: string, id: string) =>
  (await findings()).find((finding) => finding.code === code && finding.subject.id === id);
const has = async (code: string, id: string) => (await find(code, id)) !== undefined;

/** Seen while the fault is there, gone once it is fixed in the one place where that is done. */
async function expectFixedBy(code: string, id: string, fix: () => Promise<unknown>) {
  expect(await has(code, id)).toBe(true);
  await fix();
  expect(await has(code, id)).toBe(false);
}

/** The same by the finding's own button. */
async function expectFixedByButton(code: string, id: string) {
  const { method = "", path = "", body } = (await find(code, id))?.action ?? {};
  expect(await app.admin.send(method, path, body)).toMatchObject({ ok: true });
  expect(await has(code, id)).toBe(false);
}

const patchModel = (provider: string, id: string, changes: Json) => async () => {
  const { status, body } = await app.admin.patch(modelPath(provider, id), changes);
  expect(body, JSON.stringify(body)).toMatchObject({});
  expect(status).toBe(200);
};

test("the sample platform's findings come most severe first", async () => {
  const found = await findings();
  const reported = found.map(({ code, subject }) => `${code} ${subject.id}`);
  expect(reported).toEqual(
    expect.arrayContaining([
      "agent_alias_unresolved vision-agent/v1.0",
      "agent_alias_unresolved invoice-agent/v1.0",
      "agent_provider_unmapped support-agent/v1.0",
      "agent_model_missing translate-agent/v1.0",
      "agent_tools_unsupported reasoning-agent/v1.0",
      "agent_defective broken-agent/v1.0",
      "default_multiple anthropic",
    ]),
  );
  const rank = ["error", "warning", "info"];
  const ranks = found.map(({ severity }) => rank.indexOf(severity));
  expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
});

describe("every agent finding disappears with its fix", () => {
  const switched = async (name: string) => {
    const model = await putModel("openai");
    return () => switchTo(name, { llm_provider: "openai", llm_model: model });
  };

  test.each([
    ["agent_model_missing", "openai", "not-registered"],
    ["agent_provider_unmapped", "xai", "grok-2-1212"],
  ])("%s", async (code, provider, model) => {
    const name = await putAgent(provider, model);
    await expectFixedBy(code, `${name}/v1.0`, await switched(name));
  });

  test("agent_alias_unresolved", async () => {
    const name = await putAgent("gpt", "gpt-4o");
    await expectFixedByButton("agent_alias_unresolved", `${name}/v1.0`);
    expect(await app.aws.agent(name)).toMatchObject({ llm_provider: S("openai") });
  });

  test("agent_model_inactive", async () => {
    const model = await putModel("openai", { is_active: S("false") });
    const name = await putAgent("openai", model);
    const activate = patchModel("openai", model, { is_active: true });
    await expectFixedBy("agent_model_inactive", `${name}/v1.0`, activate);
  });

  test("agent_tools_unsupported", async () => {
    const model = await putModel("openai", { supports_tools: { BOOL: false } });
    const name = await putAgent("openai", model, { tools: S('["search"]') });
    await expectFixedBy("agent_tools_unsupported", `${name}/v1.0`, await switched(name));
  });

  test("agent_reverted", async () => {
    const model = await putModel("openai");
    const name = await putAgent("openai", "gpt-4o");
    await switchTo(name, { llm_model: model });
    const key = app.aws.agentKey(name);
    await app.aws.set(tables.agents, key, "llm_model", S("gpt-4o-mini"));
    await expectFixedByButton("agent_reverted", `${name}/v1.0`);
    expect(await app.aws.agent(name)).toMatchObject({ llm_model: S(model) });
  });

  test("agent_defective", async () => {
    const name = await putAgent("openai", "gpt-4o", { metadata: S("not json") });
    const deploy = () => app.aws.set(tables.agents, app.aws.agentKey(name), "metadata", S("{}"));
    await expectFixedBy("agent_defective", `${name}/v1.0`, deploy);
  });
});

describe("every key finding disappears with its fix", () => {
  const put = (id: string, api_key: string, more: Json = {}) =>
    app.admin.put(`/api/providers/${id}/key`, { api_key, ...more });
  const ask = async (provider: string) => {
    const model_id = await putModel(provider);
    return app.admin.post("/api/completions", { provider, model_id, prompt: "Hi", stream: false });
  };

  test("key_missing, key_rejected, key_expired and key_expiring", async () => {
    await app.admin.delete("/api/providers/deepseek/key");
    await expectFixedBy("key_missing", "deepseek", () => put("deepseek", "sandbox-wrong"));
    await ask("deepseek");
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    await expectFixedBy("key_rejected", "deepseek", () =>
      put("deepseek", "sandbox-deepseek-1", { expires_at: soon }),
    );
    const past = new Date(Date.now() - 3_600_000).toISOString();
    await expectFixedBy("key_expiring", "deepseek", () =>
      put("deepseek", "sandbox-deepseek-2", { expires_at: past }),
    );
    await expectFixedBy("key_expired", "deepseek", () => put("deepseek", "sandbox-deepseek-3"));
  });

  test("key_old", async () => {
    await withSecret(
      (values) => ({ ...values, XAI_API_KEY_UPDATED_AT: "2025-01-01T00:00:00Z" }),
      () => expectFixedBy("key_old", "xai", () => put("xai", "sandbox-xai-2")),
    );
  });

  test("key_misnamed and key_not_string", async () => {
    await withSecret(
      (values) => ({ ...values, GOOGLE_API_KEY: "sandbox-x", GEMINI_API_KEY: { a: 1 } }),
      async () => {
        expect(await has("key_misnamed", "GOOGLE_API_KEY")).toBe(true);
        await expectFixedBy("key_not_string", "GEMINI_API_KEY", () => put("google", "sandbox-g-2"));
      },
    );
    expect(await has("key_misnamed", "GOOGLE_API_KEY")).toBe(false);
  });

  test("key_overwritten", async () => {
    const before = await app.aws.secretText();
    await put("anthropic", "sandbox-anthropic-new");
    await app.aws.putSecret(before);
    await expectFixedByButton("key_overwritten", "anthropic");
  });

  test("key_shared, without the value", async () => {
    const { XAI_API_KEY } = JSON.parse(await app.aws.secretText());
    const SecretString = JSON.stringify({ XAI_API_KEY, OPENAI_API_KEY: "of its own" });
    await app.aws.secrets.send(new CreateSecretCommand({ Name: otherSecret, SecretString }));
    expect((await app.viewer.get("/api/checks")).text).not.toContain(XAI_API_KEY);
    expect(await has("key_shared", "openai")).toBe(false);
    await expectFixedBy("key_shared", "xai", () => put("xai", "sandbox-xai-of-its-own"));
  });
});

describe("every model finding disappears with its fix", () => {
  test("model_defective", async () => {
    const id = unique("model");
    await app.aws.put(tables.models, modelRow("openai", id, { input_price: S("free") }));
    const fix = patchModel("openai", id, { input_price: 1 });
    await expectFixedBy("model_defective", `openai#${id}`, fix);
  });

  const day = (offset: number) =>
    new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

  test.each<[string, Item, Json]>([
    ["model_retired", { lifecycle: S("retired") }, { is_active: false }],
    ["model_retiring", { retires_on: S(day(30)) }, { retires_on: day(300) }],
    ["price_missing", { input_price: { N: "1" } }, { output_price: 2 }],
  ])("%s", async (code, attributes, changes) => {
    const id = await putModel("openai", attributes);
    await expectFixedBy(code, `openai#${id}`, patchModel("openai", id, changes));
  });

  test.each<[string, Json, Json]>([
    ["price_unit_suspect", { input_price: 0.00015 }, { input_price: 0.15 }],
    ["price_differs", { input_price: 0.2 }, { input_price: 0.15 }],
  ])("%s", async (code, fault, fix) => {
    await patchModel("openai", "gpt-4o-mini", fault)();
    await expectFixedBy(code, "openai#gpt-4o-mini", patchModel("openai", "gpt-4o-mini", fix));
  });

  test("price_assumed and context_differs", async () => {
    const prices = { input_price_per_1k: { N: "3" }, output_price_per_1k: { N: "9" } };
    await expectFixedByButton("price_assumed", `openai#${await putModel("openai", prices)}`);
    await patchModel("openai", "gpt-4o-mini", { max_tokens: 4096 })();
    await expectFixedByButton("context_differs", "openai#gpt-4o-mini");
  });

  test("capability_disproved", async () => {
    const id = await putModel("xai", { supports_vision: { BOOL: true } }, "grok-3-mini");
    await app.admin.post(`${modelPath("xai", id)}/probe`, { vision: true });
    await expectFixedByButton("capability_disproved", `xai#${id}`);
    expect(await app.aws.model(`xai#${id}`)).toMatchObject({ supports_vision: { BOOL: false } });
  });

  test("default_missing and default_multiple", async () => {
    const [one, other] = [await putModel("deepseek"), await putModel("deepseek")];
    const patch = (id: string, is_default: boolean) => patchModel("deepseek", id, { is_default });
    await patch(one, true)();
    await patch(one, false)();
    await expectFixedBy("default_missing", "deepseek", patch(one, true));
    const key = { pk: S(`deepseek#${other}`) };
    await app.aws.set(tables.models, key, "is_default", { BOOL: true });
    await expectFixedBy("default_multiple", "deepseek", patch(other, true));
  });

  test.each([
    ["bedrock_region_mismatch", "us.anthropic.claude-3-5-sonnet-20241022-v2:0"],
    ["bedrock_profile_unknown", "eu.nobody.knows-this-v1:0"],
    ["bedrock_base_model_id", "amazon.nova-pro-v1:0"],
  ])("%s, used or not", async (code, model_id) => {
    await app.aws.put(tables.models, modelRow("bedrock", model_id));
    const fix = () => app.admin.delete(modelPath("bedrock", model_id));
    await expectFixedBy(code, `bedrock#${model_id}`, fix);
  });
});

describe("dismissing", () => {
  const body = (id: string, more: Json = {}) => ({
    code: "agent_model_missing",
    subject: { kind: "agent", id },
    ...more,
  });

  test("hides a finding with a reason until it's put back, and both are recorded", async () => {
    const name = await putAgent("openai", "not-registered");
    const id = `${name}/v1.0`;
    const dismiss = body(id, { reason: "being rebuilt", until: null });
    expect((await app.viewer.post("/api/checks/dismiss", dismiss)).status).toBe(403);
    expect((await app.admin.post("/api/checks/dismiss", dismiss)).status).toBe(204);
    expect(await has("agent_model_missing", id)).toBe(false);
    const { body: report } = await app.viewer.get("/api/checks");
    expect(report.dismissed).toContainEqual(
      expect.objectContaining({
        subject: { kind: "agent", id },
        dismissal: expect.objectContaining({ reason: "being rebuilt", by: "admin" }),
      }),
    );
    const { body: activity } = await app.viewer.get("/api/activity?kind=check");
    expect((activity.events as Json[])[0]).toMatchObject({
      action: "check.dismiss",
      reason: "being rebuilt",
    });
    expect((await app.admin.send("DELETE", "/api/checks/dismiss", body(id))).status).toBe(204);
    expect(await has("agent_model_missing", id)).toBe(true);
    expect((await app.admin.send("DELETE", "/api/checks/dismiss", body(id))).status).toBe(404);
  });

  test("ends on its day", async () => {
    const name = await putAgent("openai", "not-registered");
    const today = new Date().toISOString().slice(0, 10);
    const dismiss = body(`${name}/v1.0`, { reason: "until today", until: today });
    await app.admin.post("/api/checks/dismiss", dismiss);
    expect(await has("agent_model_missing", `${name}/v1.0`)).toBe(true);
  });

  test("needs a known code and a reason", async () => {
    const wrong = { code: "no_such", subject: { kind: "agent", id: "a" }, reason: "" };
    const answer = await app.admin.post("/api/checks/dismiss", wrong);
    expect(answer.status).toBe(422);
    const paths = (answer.body.errors as Json[]).map(({ path }) => path);
    expect(paths).toEqual(["code", "reason"]);
  });
});

test("the text of a failed run finds the finding of the agent that it names", async () => {
  const name = await putAgent("gpt", "gpt-4o");
  const text = `Execution of ${name} failed: States.TaskFailed: Missing field \`endpoint\``;
  const { body } = await app.viewer.post("/api/checks/diagnose", { text });
  expect(body.diagnoses).toMatchObject([
    {
      name: "Missing field endpoint",
      findings: [{ code: "agent_alias_unresolved", subject: { id: `${name}/v1.0` } }],
    },
  ]);
  const empty = await app.viewer.post("/api/checks/diagnose", { text: "" });
  expect(empty).toMatchObject({ status: 422, body: { errors: [{ path: "text" }] } });
});

test("an agent's page and the checks agree: a fixed agent has no finding and a whole trace", async () => {
  const tools = S('[{"tool_name":"search"}]');
  const name = await putAgent("gpt", "gpt-4o", { tools });
  await switchTo(name, { llm_provider: "openai", llm_model: "gpt-4o" });
  expect(await has("agent_alias_unresolved", `${name}/v1.0`)).toBe(false);
  expect((await app.viewer.get(`${agentPath(name)}/trace`)).body.ok).toBe(true);
});

test("without ModelManagement everything is still checked", async () => {
  const own = await startConsole();
  try {
    await own.aws.dynamodb.send(new DeleteTableCommand({ TableName: tables.management }));
    const { status, body } = await own.viewer.get("/api/checks");
    expect(status).toBe(200);
    expect((body.findings as Finding[]).length).toBeGreaterThan(5);
  } finally {
    await own.stop();
  }
});
