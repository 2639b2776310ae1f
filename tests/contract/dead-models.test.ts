import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentFixtures } from "./agent-fixtures";
import { agentPath, type Item, type Json, modelPath, tables, unique } from "./console";
import { S } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { putModel, putAgent, switchTo, newestEvent } = agentFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});
afterAll(() => app?.stop());

type Finding = { code: string; severity: string; fix: string; subject: { id: string } };
const codesOf = (body: Json, member = "findings") =>
  ((body[member] ?? []) as Finding[]).map(({ code }) => code); // By docs/contract.md.

/** A registered model that its provider doesn't know, proved by a test completion. */
async function deadModel(provider = "openai"): Promise<string> {
  const model = await putModel(provider, {}, unique("no-such-model"));
  const request = { provider, model_id: model, prompt: "Hello", stream: false };
  const { status, body } = await app.admin.post("/api/completions", request);
  expect(status).toBe(502);
  expect(body.code).toBe("unknown_model");
  return model;
}

const preflight = async (agent: string, model: string, provider = "openai") => {
  const query = new URLSearchParams({ provider, model_id: model });
  const { status, body } = await app.viewer.get(`${agentPath(agent)}/preflight?${query}`);
  expect(status).toBe(200);
  return body;
};
const why = "It is being registered with the provider";

describe("a model that was just seen to fail for good", () => {
  test("blocks preflight and a switch, which a reason overrides", async () => {
    const [model, agent] = [await deadModel(), await putAgent("openai", "gpt-4o")];
    const checked = await preflight(agent, model);
    expect(checked.ok).toBe(false);
    expect(codesOf(checked)).toContain("model_test_failed");
    const refused = await switchTo(agent, { llm_model: model });
    expect(refused).toMatchObject({ status: 409, body: { code: "preflight_blocked" } });
    expect(codesOf(refused.body)).toEqual(["model_test_failed"]);
    expect((await app.aws.agent(agent))?.llm_model).toEqual(S("gpt-4o"));
    const forced = await switchTo(agent, { llm_model: model, override_reason: why });
    expect(forced.status).toBe(200);
    expect(await newestEvent(agent)).toMatchObject({ reason: why });
  });

  test("blocks under each name of its provider", async () => {
    const model = await deadModel("bedrock");
    await putModel("amazon", {}, model);
    const agent = await putAgent("openai", "gpt-4o");
    expect(codesOf(await preflight(agent, model, "amazon"))).toContain("model_test_failed");
    const refused = await switchTo(agent, { llm_provider: "amazon", llm_model: model });
    expect(refused).toMatchObject({ status: 409, body: { code: "preflight_blocked" } });
  });

  test("blocks when it is registered after the test", async () => {
    const model = unique("no-such-model");
    const request = { provider: "claude", model_id: model, prompt: "Hello", stream: false };
    expect((await app.admin.post("/api/completions", request)).body.code).toBe("unknown_model");
    await putModel("anthropic", {}, model);
    const agent = await putAgent("openai", "gpt-4o");
    expect(codesOf(await preflight(agent, model, "anthropic"))).toContain("model_test_failed");
  });

  test("blocks a bulk switch, agent by agent", async () => {
    const [model, agent] = [await deadModel(), await putAgent("openai", "gpt-4o")];
    const request = {
      to: { provider: "openai", model_id: model },
      agents: [{ agent_name: agent, version: "v1.0" }],
    };
    const answer = await app.admin.post("/api/agents/switch", request);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ operation_id: null, agents: [{ outcome: "refused" }] });
    expect(codesOf((answer.body.agents as Json[])[0] ?? {})).toContain("model_test_failed");
    expect((await app.aws.agent(agent))?.llm_model).toEqual(S("gpt-4o"));
  });

  test("can't replace a model that is retired: nothing is deleted, nobody is moved", async () => {
    const [model, working] = [await deadModel(), await putModel("openai")];
    const agent = await putAgent("openai", working);
    const query = new URLSearchParams({ replacement: `openai#${model}` });
    const path = modelPath("openai", working);
    const refused = await app.admin.send("DELETE", `${path}?${query}`);
    expect(refused).toMatchObject({ status: 409, body: { code: "preflight_blocked" } });
    expect(codesOf(refused.body)).toContain("model_test_failed");
    expect(await app.aws.model(`openai#${working}`)).toBeDefined();
    expect((await app.aws.agent(agent))?.llm_model).toEqual(S(working));
    query.set("override_reason", why);
    const forced = await app.admin.send("DELETE", `${path}?${query}`);
    expect(forced).toMatchObject({ status: 200, body: { status: "done" } });
    expect((await app.aws.agent(agent))?.llm_model).toEqual(S(model));
  });

  test("gets no agent back by an undo, which says so, but by a rollback with a reason", async () => {
    const model = await putModel("openai", {}, unique("no-such-model"));
    const [agent, other] = [await putAgent("openai", model), await putAgent("openai", "gpt-4o")];
    const request = {
      to: { provider: "openai", model_id: "gpt-4o-mini" },
      agents: [agent, other].map((agent_name) => ({ agent_name, version: "v1.0" })),
    };
    const { body } = await app.admin.post("/api/agents/switch", request);
    const switched = await newestEvent(agent);
    await app.admin.post("/api/completions", {
      provider: "openai",
      model_id: model,
      prompt: "Hello",
      stream: false,
    });
    const undo = await app.admin.post(`/api/operations/${body.operation_id}/undo`, {});
    expect(undo.body).toMatchObject({ status: "partial", done: 1, refused: 1 });
    const items = undo.body.items as { entity: { id: string }; message: string | null }[]; // By docs/contract.md.
    const refused = items.find(({ entity }) => entity.id === `${agent}/v1.0`);
    expect(refused?.message).toMatch(/not put back on "openai#no-such-model-.*".* with a reason/);
    expect((await app.aws.agent(agent))?.llm_model).toEqual(S("gpt-4o-mini"));
    expect((await app.aws.agent(other))?.llm_model).toEqual(S("gpt-4o"));
    const rollback = { event_id: switched?.event_id, override_reason: why };
    const forced = await app.admin.post(`${agentPath(agent)}/rollback`, rollback);
    expect(forced).toMatchObject({ status: 200, body: { llm_model: model } });
  });

  test("is restored by an undo, but not as the default", async () => {
    const [model, next] = [
      await putModel("anthropic", {}, unique("no-such-model")),
      await putModel("anthropic"),
    ];
    const path = modelPath("anthropic", model);
    expect((await app.admin.patch(path, { is_default: true })).status).toBe(200);
    await app.admin.post("/api/completions", {
      provider: "anthropic",
      model_id: model,
      prompt: "Hello",
      stream: false,
    });
    const query = new URLSearchParams({ replacement: `anthropic#${next}` });
    const retired = await app.admin.send("DELETE", `${path}?${query}`);
    expect(retired.status, retired.text).toBe(200);
    const undo = await app.admin.post(`/api/operations/${retired.body.operation_id}/undo`, {});
    expect(undo.body).toMatchObject({ status: "done" });
    const items = undo.body.items as { message: string | null }[]; // By docs/contract.md.
    expect(items.map(({ message }) => message).join()).toContain("not as the default: agents");
    expect((await app.aws.model(`anthropic#${model}`))?.is_default).toEqual({ BOOL: false });
  });

  test("doesn't become the default without a reason, in PATCH and in an import", async () => {
    const model = await deadModel("xai");
    const path = modelPath("xai", model);
    const refused = await app.admin.patch(path, { is_default: true });
    expect(refused).toMatchObject({ status: 409, body: { code: "preflight_blocked" } });
    expect(codesOf(refused.body)).toEqual(["model_test_failed"]);
    const rows = [{ provider: "xai", model_id: model, is_default: true }];
    const imported = await app.admin.post("/api/models/import?mode=partial", rows);
    expect(imported.body).toMatchObject({ updated: [], rejected: [{ row: 1 }] });
    const forced = await app.admin.patch(path, { is_default: true, override_reason: why });
    expect(forced).toMatchObject({ status: 200, body: { is_default: true } });
    const { body } = await app.viewer.get(`${path}/history`);
    expect((body.events as Json[])[0]).toMatchObject({ reason: why });
    expect(await app.aws.model(`xai#${model}`)).not.toHaveProperty("override_reason");
  });

  test("doesn't become the default again by a rollback without a reason", async () => {
    const model = await putModel("deepseek", {}, unique("no-such-model"));
    const path = modelPath("deepseek", model);
    const next = await putModel("deepseek");
    await app.admin.patch(path, { is_default: true });
    await app.admin.patch(modelPath("deepseek", next), { is_default: true });
    const { body } = await app.viewer.get(`${path}/history`);
    const event_id = (body.events as Json[])[0]?.event_id;
    await app.admin.post("/api/completions", {
      provider: "deepseek",
      model_id: model,
      prompt: "Hello",
      stream: false,
    });
    const refused = await app.admin.post(`${path}/rollback`, { event_id });
    expect(refused).toMatchObject({ status: 409, body: { code: "preflight_blocked" } });
    expect((await app.aws.model(`deepseek#${model}`))?.is_default).toEqual({ BOOL: false });
    const forced = await app.admin.post(`${path}/rollback`, { event_id, override_reason: why });
    expect(forced).toMatchObject({ status: 200, body: { is_default: true } });
    const history = await app.viewer.get(`${path}/history`);
    expect((history.body.events as Json[])[0]).toMatchObject({ reason: why });
  });

  test("breaks the trace at the last test", async () => {
    const model = await deadModel();
    const agent = await putAgent("openai", model);
    const { body } = await app.viewer.get(`${agentPath(agent)}/trace`);
    expect(body.ok).toBe(false);
    const step = (body.steps as Json[]).find((entry) => entry.step === "last_test");
    expect(step).toMatchObject({ status: "broken", value: "unknown_model" });
  });

  test("is a finding of the checks until a test answers", async () => {
    const model = await deadModel();
    const find = async () => {
      const { body } = await app.viewer.get("/api/checks");
      return (body.findings as Finding[]).find(
        ({ code, subject }) => code === "model_test_failed" && subject.id === `openai#${model}`,
      );
    };
    expect(await find()).toMatchObject({ severity: "warning" });
    await putAgent("openai", model);
    expect(await find()).toMatchObject({ severity: "error" });
  });

  test("counts after a probe alone, and a later timeout doesn't hide it", async () => {
    const model = await putModel("openai", {}, unique("no-such-model"));
    const agent = await putAgent("openai", "gpt-4o");
    const probed = await app.admin.post(`${modelPath("openai", model)}/probe`, { tools: true });
    expect(probed.status).toBe(200);
    expect(codesOf(await preflight(agent, model))).toContain("model_test_failed");
    const notes = { pk: S("last-tests"), sk: S(`openai#${model}`) };
    const row = (await app.aws.query(tables.management, "last-tests")).find(
      ({ sk }) => sk?.S === notes.sk.S,
    );
    const later = { outcome: S("timeout"), at: S(new Date().toISOString()) };
    await app.aws.put(tables.management, { ...row, ...notes, ...later });
    expect(codesOf(await preflight(agent, model))).toContain("model_test_failed");
  });
});

describe("a retired model", () => {
  test.each<Item>([{ lifecycle: S("retired") }, { retires_on: S("2026-01-31") }])(
    "blocks a switch, a replacement and a default: %j",
    async (more) => {
      const [model, working] = [await putModel("openai", more), await putModel("openai")];
      const agent = await putAgent("openai", working);
      expect((await preflight(agent, model)).ok).toBe(false);
      const refused = await switchTo(agent, { llm_model: model });
      expect(refused.status).toBe(409);
      expect(codesOf(refused.body)).toEqual(["model_retired"]);
      const query = new URLSearchParams({ replacement: `openai#${model}` });
      const retired = await app.admin.send("DELETE", `${modelPath("openai", working)}?${query}`);
      expect(retired.status).toBe(409);
      const chosen = await app.admin.patch(modelPath("openai", model), { is_default: true });
      expect(codesOf(chosen.body)).toEqual(["model_retired"]);
    },
  );

  test("isn't created as the default", async () => {
    const draft = { provider: "xai", model_id: unique("old"), is_default: true };
    const refused = await app.admin.post("/api/models", { ...draft, lifecycle: "retired" });
    expect(refused).toMatchObject({ status: 409, body: { code: "preflight_blocked" } });
  });
});

describe("a model that the provider doesn't list", () => {
  test("is a warning with the nearest IDs and the day, in preflight, trace and checks", async () => {
    const model = await putModel("openai", {}, "gpt-4.1-minii");
    const agent = await putAgent("openai", "gpt-4o");
    const checked = await preflight(agent, model);
    expect(checked.ok).toBe(true);
    const finding = (checked.findings as Finding[]).find(({ code }) => code === "model_not_listed");
    expect(finding).toMatchObject({ severity: "warning", subject: { id: `openai#${model}` } });
    expect(finding?.fix).toContain("gpt-4.1-mini");
    const [listing] = (await app.aws.query(tables.management, "provider-listings")).filter(
      ({ sk }) => sk?.S === "openai",
    );
    expect(listing?.as_of?.S).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect((await switchTo(agent, { llm_model: model })).status).toBe(200);
    const { body } = await app.viewer.get(`${agentPath(agent)}/trace`);
    const step = (body.steps as Json[]).find((entry) => entry.step === "last_test");
    expect(step).toMatchObject({ status: "warning" });
    const report = await app.viewer.get("/api/checks");
    expect(
      (report.body.findings as Finding[]).some(
        ({ code, subject }) => code === "model_not_listed" && subject.id === `openai#${model}`,
      ),
    ).toBe(true);
  });

  test("the list is read once within hours, by whoever asks first", async () => {
    const model = await putModel("anthropic");
    const agent = await putAgent("openai", "gpt-4o");
    const listedAt = async () =>
      (await app.aws.query(tables.management, "provider-listings")).find(
        ({ sk }) => sk?.S === "anthropic",
      )?.as_of?.S;
    await preflight(agent, model, "anthropic");
    const first = await listedAt();
    expect(first).toBeDefined();
    await preflight(agent, model, "anthropic");
    expect(await listedAt()).toBe(first);
  });
});
