import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agentRow, modelPath, modelRow, tables, unique } from "./console";
import { modelFixtures } from "./model-fixtures";
import { type Console, startConsole } from "./running-console";

let app: Console;
const { listModels, createModel } = modelFixtures(() => app);

beforeAll(async () => {
  app = await startConsole();
});

afterAll(() => app.stop());

describe("creating", () => {
  test("needs only provider and model_id, and returns the record, its Location and its ETag", async () => {
    const model_id = unique("small");
    const answer = await app.admin.post("/api/models", { provider: "openai", model_id });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe(`/api/models/openai/${model_id}`);
    expect(answer.headers.get("etag")).toBe(`"${answer.body.etag}"`);
    expect(answer.body).toMatchObject({
      pk: `openai#${model_id}`,
      provider: "openai",
      provider_id: "openai",
      display_name: model_id,
      input_price: null,
      output_price: null,
      max_tokens: null,
      supports_tools: null,
      is_active: true,
      is_default: false,
      price_unit: null,
      used_by: [],
      last_test: null,
    });
    const stored = await app.aws.model(`openai#${model_id}`);
    expect(stored).toMatchObject({ is_active: { S: "true" }, is_default: { BOOL: false } });
    expect(stored).not.toHaveProperty("input_price");
  });

  test("never overwrites a row, a defective one included", async () => {
    const model = await createModel({ display_name: "First" });
    const again = await app.admin.post("/api/models", {
      provider: model.provider,
      model_id: model.model_id,
      display_name: "Second",
    });
    expect(again).toMatchObject({ status: 409, body: { code: "model_exists" } });
    expect((await app.aws.model(model.pk))?.display_name).toEqual({ S: "First" });
    const faulty = unique("faulty");
    await app.aws.put(tables.models, modelRow("openai", faulty, { max_tokens: { S: "many" } }));
    const onFaulty = await app.admin.post("/api/models", { provider: "openai", model_id: faulty });
    expect(onFaulty.body.code).toBe("model_exists");
  });

  test("ten people creating the same model at once make one row and nine conflicts", async () => {
    const model_id = unique("contended");
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        app.admin.post("/api/models", {
          provider: "openai",
          model_id,
          display_name: `Try ${index}`,
        }),
      ),
    );
    const statuses = answers.map((answer) => answer.status).sort();
    expect(statuses).toEqual([201, ...Array(9).fill(409)]);
  });

  test.each([
    ["an id with #", { provider: "openai", model_id: "a#b" }, "model_id"],
    ["an id with a space", { provider: "openai", model_id: "a b" }, "model_id"],
    ["an empty id", { provider: "openai", model_id: "" }, "model_id"],
    ["no id", { provider: "openai" }, "model_id"],
    ["a provider that nobody knows", { provider: "acme", model_id: "m" }, "provider"],
    ["a family name that no agent can look up", { provider: "claude", model_id: "m" }, "provider"],
    ["a negative price", { provider: "openai", model_id: "m", input_price: -1 }, "input_price"],
    ["a price in text", { provider: "openai", model_id: "m", input_price: "1" }, "input_price"],
    [
      "a price beyond numbers",
      { provider: "openai", model_id: "m", input_price: 1e200 },
      "input_price",
    ],
    ["zero tokens of context", { provider: "openai", model_id: "m", max_tokens: 0 }, "max_tokens"],
    ["a field that does not exist", { provider: "openai", model_id: "m", colour: "red" }, "colour"],
    [
      "the legacy price",
      { provider: "openai", model_id: "m", input_price_per_1k: 1 },
      "input_price_per_1k",
    ],
    [
      "an inactive default",
      { provider: "openai", model_id: "m", is_active: false, is_default: true },
      "is_default",
    ],
  ])("with %s is refused by naming the field", async (_, draft, path) => {
    const { status, body } = await app.admin.post("/api/models", draft);
    expect(status).toBe(422);
    expect(body.code).toBe("invalid");
    expect(body.errors).toEqual([expect.objectContaining({ path, message: expect.any(String) })]);
  });

  test("a body that is not JSON is malformed, one that is not an object is invalid, a huge one is too large", async () => {
    expect(await app.admin.post("/api/models", "{")).toMatchObject({
      status: 400,
      body: { code: "malformed" },
    });
    expect((await app.admin.post("/api/models", [])).status).toBe(422);
    const latin = new Uint8Array([0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d]);
    const headers = { cookie: app.admin.cookie ?? "" };
    const sent = await fetch(`${app.url}/api/models`, { method: "POST", headers, body: latin });
    expect(sent.status).toBe(400);
    const huge = { provider: "openai", model_id: "m", display_name: "x".repeat(1_100_000) };
    expect((await app.admin.post("/api/models", huge)).status).toBe(413);
  });

  test("problems are problem documents with a request id", async () => {
    const answer = await app.admin.post("/api/models", {});
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      type: expect.any(String),
      title: expect.any(String),
      status: 422,
      detail: expect.any(String),
      request_id: answer.headers.get("x-request-id"),
    });
  });

  test("an unknown address returns a problem document too", async () => {
    for (const path of ["/api/nothing", "/api/models/openai/ft/not-encoded"]) {
      expect(await app.viewer.get(path)).toMatchObject({
        status: 404,
        body: { code: "not_found" },
      });
    }
    expect((await app.admin.post("/api/models/openai/ft/x", {})).body.code).toBe("not_found");
    expect((await fetch(`${app.url}/api/nothing`)).status).toBe(401);
  });
});

describe("ids in paths", () => {
  test.each([
    ["openai", "ft:gpt-4o:acme::8x/y"],
    ["openai", "100%-pure"],
    ["openai", "a%2Fb"],
    ["openai", "a+b?c&d=e"],
    ["bedrock", "eu.vendor.model-v1:0"],
    ["bedrock", "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/a1b2c3"],
    ["amazon", "arn:aws:bedrock:eu-west-1:123456789012:provisioned-model/x.y/z"],
  ])(
    "%s %s can be created, read at its Location, changed and deleted",
    async (provider, model_id) => {
      const created = await app.admin.post("/api/models", { provider, model_id });
      expect(created.status).toBe(201);
      const location = created.headers.get("location") ?? "";
      expect(location).toBe(modelPath(provider, model_id));
      expect((await app.viewer.get(location)).body).toMatchObject({ provider, model_id });
      const changed = await app.admin.patch(location, { display_name: "Renamed" });
      expect(changed.body).toMatchObject({ model_id, display_name: "Renamed" });
      expect((await app.admin.delete(location)).ok).toBe(true);
      expect((await app.viewer.get(location)).status).toBe(404);
    },
  );

  test("an id longer than any key is not found rather than an internal error", async () => {
    const { status } = await app.viewer.get(modelPath("openai", "x".repeat(3000)));
    expect([400, 404]).toContain(status);
  });
});

describe("reading", () => {
  test("a record by id has the same etag in its body, its header and the list", async () => {
    const model = await createModel({ input_price: 0.15 });
    const answer = await app.viewer.get(model.path);
    expect(answer.headers.get("etag")).toBe(`"${answer.body.etag}"`);
    const listed = (await listModels()).find((row) => row.pk === model.pk);
    expect(listed).toEqual(answer.body);
  });

  test("a missing model is 404", async () => {
    const missing = await app.viewer.get(modelPath("openai", unique("missing")));
    expect(missing).toMatchObject({ status: 404, body: { code: "not_found" } });
  });

  test("the list answers 304 for a current ETag, and 200 after a change", async () => {
    const model = await createModel();
    const first = await app.viewer.get("/api/models");
    const etag = first.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    const again = await app.viewer.get("/api/models", { "if-none-match": etag });
    expect(again).toMatchObject({ status: 304, text: "" });
    await app.admin.patch(model.path, { display_name: "Other" });
    const after = await app.viewer.get("/api/models", { "if-none-match": etag });
    expect(after.status).toBe(200);
    expect(after.headers.get("etag")).not.toBe(etag);
  });

  test("filters by provider (aliases included), by activity and by words of name or id", async () => {
    const word = unique("needle");
    const inactive = await createModel({ display_name: word, is_active: false }, "bedrock");
    const amazon = await createModel({ display_name: `${word} two` }, "amazon");
    const pks = async (query: string) => (await listModels(query)).map((row) => row.pk).sort();
    const both = [amazon.pk, inactive.pk].sort();
    expect(await pks(`?q=${word.toUpperCase()}`)).toEqual(both);
    expect(await pks(`?q=${word}&provider=bedrock`)).toEqual(both);
    expect(await pks(`?q=${word}&provider=amazon`)).toEqual(both);
    expect(await pks(`?q=${word}&active=true`)).toEqual([amazon.pk]);
    expect(await pks(`?q=${word}&active=false`)).toEqual([inactive.pk]);
    expect(await pks(`?q=${word}&active=all`)).toEqual(both);
    expect(await pks(`?q=${word}&provider=google`)).toEqual([]);
    expect((await app.viewer.get("/api/models?active=maybe")).status).toBe(422);
  });

  test("a record names the agents that resolve to it, provider aliases included", async () => {
    const model = await createModel({}, "google");
    const [plain, alias, elsewhere] = [unique("plain"), unique("alias"), unique("elsewhere")];
    await app.aws.put(tables.agents, agentRow(plain, "google", model.model_id));
    await app.aws.put(tables.agents, agentRow(alias, "gemini", model.model_id));
    await app.aws.put(tables.agents, agentRow(elsewhere, "openai", model.model_id));
    const { body } = await app.viewer.get(model.path);
    expect(body.used_by).toHaveLength(2);
    expect(body.used_by).toEqual(
      expect.arrayContaining([
        { agent_name: plain, version: "v1.0" },
        { agent_name: alias, version: "v1.0" },
      ]),
    );
  });

  test("an agent that names an alias row exactly belongs to that row only", async () => {
    const model_id = unique("twice");
    await app.aws.put(tables.models, modelRow("bedrock", model_id));
    await app.aws.put(tables.models, modelRow("amazon", model_id));
    const agent = unique("agent");
    await app.aws.put(tables.agents, agentRow(agent, "amazon", model_id));
    const amazon = await app.viewer.get(modelPath("amazon", model_id));
    expect(amazon.body.used_by).toEqual([{ agent_name: agent, version: "v1.0" }]);
    expect((await app.viewer.get(modelPath("bedrock", model_id))).body.used_by).toEqual([]);
  });
});
