import { afterAll, beforeAll, expect, test } from "vitest";
import type { CheckReport } from "@/lib/checks/schema";
import type { OperationRecord } from "@/lib/operations/schema";
import type { ModelPriceFacts, PriceConfirmResult, PriceSyncResult } from "@/lib/price-sync/schema";
import { throttled } from "../support/fault-proxy";
import { type Item, type Json, modelPath, modelRow, tables, unique } from "./console";
import { startUsageConsole } from "./usage-console";

const dayMs = 24 * 3_600_000;
const N = (value: string) => ({ N: value });
const S = (value: string) => ({ S: value });

/*
 * Catalog prices (@pydantic/genai-prices 0.1.8, USD per 1M): gpt-4o-mini 0.15 in, 0.6 out, 0.075
 * cached; gpt-4o 2.5 in, 10 out; gemini-1.5-pro 1.25 in, 5 out, twice as much above 128K.
 */
let app: Awaited<ReturnType<typeof startUsageConsole>>;
beforeAll(async () => {
  app = await startUsageConsole();
});
afterAll(async () => {
  await app?.stop();
});

const put = (provider: string, id: string, more: Item) =>
  app.aws.put(tables.models, modelRow(provider, id, more));
const stored = (pk: string) => app.aws.model(pk);

async function sync(body?: Json, dryRun = false): Promise<PriceSyncResult> {
  const path = `/api/prices/sync${dryRun ? "?dry_run=true" : ""}`;
  const { status, text } = await app.admin.send("POST", path, body);
  expect(status, text).toBe(200);
  return JSON.parse(text);
}

const changeOf = (result: PriceSyncResult, pk: string) =>
  result.changes.find((change) => change.pk === pk);

async function facts(provider: string, id: string): Promise<ModelPriceFacts> {
  const path = `/api/prices/${provider}/${encodeURIComponent(id)}`;
  const { status, text } = await app.viewer.get(path);
  expect(status, text).toBe(200);
  return JSON.parse(text);
}

test("a sync previews changes and the bill, keeps an admin's price, and is undone as one", async () => {
  await put("openai", "gpt-4o-mini", {
    input_price: N("0.3"),
    input_price_source: S("catalog"),
    output_price: N("0.5"),
    output_price_source: S("admin"),
  });
  await put("openai", "gpt-4o", { output_price: N("10") });
  const at = new Date(Date.now() - 3 * dayMs);
  const used = { agent: "sync-agent", provider: "openai", at };
  await app.use([
    { ...used, model: "gpt-4o-mini", input: 4_000_000, output: 1_000_000 },
    { ...used, model: "gpt-4o", input: 2_000_000, output: 0 },
  ]);

  const plan = await sync(undefined, true);
  expect(plan).toMatchObject({ as_of: "2026-09-23", operation_id: null });
  expect(plan.month).toMatchObject({ paid: 1.7, would_be: 6.1, unpriced_tokens: 2_000_000 });
  const mini = changeOf(plan, "openai#gpt-4o-mini");
  expect(mini).toMatchObject({
    outcome: "would_change",
    taken: ["input_price", "cache_read_price"],
  });
  expect(mini?.prices).toEqual([
    expect.objectContaining({
      name: "input_price",
      from: 0.3,
      to: 0.15,
      is_protected: false,
      from_since: "2025-08-30T09:00:00.000000Z",
      effect: { paid: 1.2, would_be: 0.6 },
    }),
    expect.objectContaining({
      name: "output_price",
      to: 0.6,
      is_protected: true,
      effect: { paid: 0.5, would_be: 0.6 },
    }),
    expect.objectContaining({ name: "cache_read_price", from: null, effect: null }),
  ]);
  const unpriced = changeOf(plan, "openai#gpt-4o")?.prices.find(({ from }) => from === null);
  expect(unpriced?.effect).toEqual({ paid: null, would_be: 5 });
  expect((await stored("openai#gpt-4o-mini"))?.input_price).toEqual(N("0.3"));

  const before = await stored("openai#gpt-4o-mini");
  const result = await sync();
  expect(changeOf(result, "openai#gpt-4o-mini")?.outcome).toBe("changed");
  expect(await stored("openai#gpt-4o-mini")).toMatchObject({
    input_price: N("0.15"),
    input_price_source: S("catalog"),
    output_price: N("0.5"),
    output_price_source: S("admin"),
  });
  const { history } = await facts("openai", "gpt-4o-mini");
  expect(history.map(({ prices }) => prices.input_price)).toEqual([0.15, 0.3]);

  const undo = await app.admin.post(`/api/operations/${result.operation_id}/undo`, {});
  expect(undo.body as OperationRecord).toMatchObject({ status: "done", refused: 0 }); // By docs/contract.md.
  expect(await stored("openai#gpt-4o-mini")).toEqual(before);
});

test("an admin's price is replaced only if named and the row is unchanged", async () => {
  const id = "gpt-4o-2024-08-06";
  const pk = `openai#${id}`;
  await put("openai", id, {
    input_price: N("9"),
    input_price_source: S("admin"),
    output_price: N("10"),
  });
  const etag = changeOf(await sync({}, true), pk)?.etag;
  const prices = [{ pk, names: ["input_price"], etag }];
  await app.admin.patch(modelPath("openai", id), { display_name: "Moved" });
  const refused = changeOf(await sync({ prices }), pk);
  expect(refused).toMatchObject({ outcome: "refused", taken: ["input_price"] });
  expect((await stored(pk))?.input_price).toEqual(N("9"));
  const named = await sync({ prices: [{ pk, names: ["input_price"] }] });
  expect(named.changes).toHaveLength(1);
  expect(await stored(pk)).toMatchObject({
    input_price: N("2.5"),
    input_price_source: S("catalog"),
  });
  const unknown = await app.admin.post("/api/prices/sync", {
    prices: [{ pk: "openai#nobody", names: ["input_price"] }],
  });
  expect(unknown).toMatchObject({ status: 422, body: { errors: [{ path: "prices.0.pk" }] } });
  expect((await app.viewer.post("/api/prices/sync?dry_run=true", {})).status).toBe(403);
});

test("while CloudWatch throttles, the bill is the last known one and says so", async () => {
  await put("openai", "gpt-4.1", { input_price: N("99") });
  const heal = app.proxy.inject({ operation: "GetMetricData" }, throttled);
  // The last reading is some seconds young: until it has aged it may still be the answer.
  await expect
    .poll(async () => (await sync({}, true)).month, { timeout: 60_000, interval: 1_000 })
    .toMatchObject({ stale_because: expect.stringContaining("throttling") });
  heal();
});

test("assumed prices are confirmed as one operation with one undo", async () => {
  const ids = [unique("ft"), unique("ft")];
  for (const id of ids) {
    await put("openai", id, { input_price_per_1k: N("0.5"), output_price_per_1k: N("0.0003") });
  }
  const models = ids.map((id) => ({ pk: `openai#${id}` }));
  const { body } = await app.admin.post("/api/prices/confirm", { models });
  const { operation_id, models: reported } = body as PriceConfirmResult; // By docs/contract.md.
  expect(reported.map(({ outcome }) => outcome)).toEqual(["confirmed", "confirmed"]);
  for (const { pk } of models) {
    expect(await stored(pk)).toMatchObject({
      input_price: N("0.5"),
      output_price: N("0.3"),
      output_price_per_1k: N("0.0003"),
      input_price_source: S("admin"),
    });
  }
  const history = await app.viewer.get(`${modelPath("openai", ids[0] ?? "")}/history`);
  expect(history.body.events).toEqual([
    expect.objectContaining({ action: "model.update", operation_id }),
  ]);
  const again = await app.admin.post("/api/prices/confirm", { models });
  expect(again.body).toMatchObject({ operation_id: null });
  await app.admin.post(`/api/operations/${operation_id}/undo`, {});
  expect(await stored(models[0]?.pk ?? "")).not.toHaveProperty("input_price");
});

test("the prices of a model include their start dates and the catalog's tiers", async () => {
  await put("google", "gemini-1.5-pro-002", { input_price: N("1.25"), output_price: N("5") });
  const path = modelPath("google", "gemini-1.5-pro-002");
  await app.admin.patch(path, { output_price: 6 });
  const before = await facts("google", "gemini-1.5-pro-002");
  expect(before.catalog?.tiers).toMatchObject([
    { above_input_tokens: 128_000, input_price: 2.5, output_price: 10 },
  ]);
  expect(before.since.input_price).toBe("2025-08-30T09:00:00.000Z");
  expect(before.history).toMatchObject([
    { prices: { output_price: 6 }, changed: ["output_price"], assumed: false },
    { from: "2025-08-30T09:00:00.000Z", prices: { output_price: 5 } },
  ]);
  expect((await app.viewer.get("/api/prices/google/nobody")).status).toBe(404);
});

test("past usage of a retired model stays priced", async () => {
  const id = unique("grok");
  await put("xai", id, { input_price: N("2"), output_price: N("10") });
  await app.use([
    {
      agent: `gone-${id}`,
      provider: "xai",
      model: id,
      at: new Date(Date.now() - 2 * dayMs),
      input: 1_000_000,
      output: 0,
    },
  ]);
  expect((await app.admin.delete(modelPath("xai", id))).ok).toBe(true);
  const search = new URLSearchParams({ group_by: "model", agent: `gone-${id}` });
  // What the throttled CloudWatch of another test was answered with may still be young.
  await expect
    .poll(async () => (await app.viewer.get(`/api/usage?${search}`)).body.total, {
      timeout: 60_000,
      interval: 1_000,
    })
    .toMatchObject({ input_tokens: 1_000_000, cost_usd: 2, unpriced_tokens: 0 });
});

test("a price that others wrote holds from then on, whatever is changed here later", async () => {
  const id = unique("grok");
  const pk = `xai#${id}`;
  await put("xai", id, { input_price: N("2"), output_price: N("10") });
  await app.admin.patch(modelPath("xai", id), { input_price: 3 });
  const wrote = new Date(Date.now() + 60_000).toISOString();
  const row = await stored(pk);
  await app.aws.put(tables.models, { ...row, input_price: N("8"), updated_at: S(wrote) });
  await app.admin.patch(modelPath("xai", id), { display_name: "Other" });
  const { history } = await facts("xai", id);
  expect(history[0]).toMatchObject({ from: wrote, prices: { input_price: 8 }, assumed: false });
});

test("the price of a family is marked, found by Checks, kept by a sync and confirmed by an admin", async () => {
  await put("anthropic", "claude-sonnet-5-9", {
    input_price: N("1.5"),
    input_price_source: S("catalog"),
    output_price: N("10"),
    output_price_source: S("catalog"),
  });
  const pk = "anthropic#claude-sonnet-5-9";
  expect((await facts("anthropic", "claude-sonnet-5-9")).catalog).toMatchObject({
    input_price: 2,
    match: "family",
    matched: "claude-sonnet-5",
    layer: "npm",
    as_of: "2026-09-23",
  });
  const read = async () => (await app.viewer.get(modelPath("anthropic", "claude-sonnet-5-9"))).body;
  expect(await read()).toMatchObject({ priced_by_family: ["input_price", "output_price"] });

  const plan = await sync(undefined, true);
  expect(changeOf(plan, pk)).toMatchObject({ taken: [], outcome: "left" });
  expect(changeOf(plan, pk)?.prices).toContainEqual(
    expect.objectContaining({ name: "input_price", to: 2, match: "family", is_protected: true }),
  );
  const { body: report } = await app.viewer.get("/api/checks");
  const { findings } = report as CheckReport;
  const finding = findings.find(
    ({ code, subject }) => code === "price_by_family" && subject.id === pk,
  );
  expect(finding).toMatchObject({
    action: { label: "Confirm price", body: { input_price: 1.5, output_price: 10 } },
  });

  const confirmed = await app.admin.post("/api/prices/confirm", { models: [{ pk }] });
  expect(confirmed.body.models).toEqual([{ pk, outcome: "confirmed", message: null }]);
  expect(await read()).toMatchObject({ input_price: 1.5, input_price_source: "admin" });
  expect(await read()).not.toHaveProperty("priced_by_family");
});

test("a model that no catalog lists has the match none, and what was taken for it is marked", async () => {
  const id = unique("unheard");
  await put("openai", id, { input_price: N("3"), input_price_source: S("catalog") });
  expect((await facts("openai", id)).catalog).toMatchObject({
    input_price: null,
    layer: null,
    as_of: null,
    match: "none",
  });
  const { body } = await app.viewer.get(modelPath("openai", id));
  expect(body).toMatchObject({ priced_by_family: ["input_price"] });
});

test("the history of a price says who set it, and which catalog listed it how", async () => {
  const [provider, id] = ["openai", "gpt-4o"];
  await put(provider, id, { input_price: N("9"), input_price_source: S("admin") });
  await app.admin.post("/api/prices/sync", {
    prices: [{ pk: `${provider}#${id}`, names: ["input_price"] }],
  });
  await app.admin.patch(modelPath(provider, id), { input_price: 3 });
  const { history } = await facts(provider, id);
  const newest = history.slice(0, 3);
  const nowhere = { layer: null, as_of: null, match: null, region_may_differ: false };
  expect(
    newest.map(({ prices, provenance }) => [prices.input_price, provenance.input_price]),
  ).toEqual([
    [3, { ...nowhere, set_by: expect.stringMatching(/./), source: "admin" }],
    [
      2.5,
      {
        set_by: expect.stringMatching(/./),
        source: "catalog",
        layer: expect.stringMatching(/npm|table/),
        as_of: expect.stringMatching(/^20/),
        match: "exact",
        region_may_differ: false,
      },
    ],
    [9, null],
  ]);
});
