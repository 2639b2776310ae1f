import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { UsageReport } from "@/lib/usage/schema";
import { between } from "../support/fault-proxy";
import { agentRow, type Item, modelPath, modelRow, tables, unique } from "./console";
import { startAgainst } from "./running-console";
import { startUsageConsole } from "./usage-console";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const today = Math.floor(Date.now() / dayMs) * dayMs;
const iso = (time: number) => new Date(time).toISOString();
const day = (daysAgo: number) => iso(today - daysAgo * dayMs).slice(0, 10);
const at = (daysAgo: number, hour: number) => new Date(today - daysAgo * dayMs + hour * hourMs);
const prices = (input: number, output: number): Item => ({
  input_price: { N: String(input) },
  output_price: { N: String(output) },
});
const long = { created_at: { S: iso(today - 300 * dayMs) } };

let app: Awaited<ReturnType<typeof startUsageConsole>>;
let other: Awaited<ReturnType<typeof startAgainst>>;
beforeAll(async () => {
  app = await startUsageConsole();
  other = await startAgainst(app.proxy.url);
});
afterAll(async () => {
  await other?.stop();
  await app?.stop();
});

async function usage(search: Record<string, string>, on: typeof other = app): Promise<UsageReport> {
  const { status, text } = await on.viewer.get(`/api/usage?${new URLSearchParams(search)}`);
  expect(status, text).toBe(200);
  return JSON.parse(text);
}

const putModel = (provider: string, id: string, more: Item) =>
  app.aws.put(tables.models, modelRow(provider, id, more));
const notes = (pk: string) => app.aws.query(tables.management, `model#${pk}`);

/** Readings of one window are cached for some seconds, so each test has its own. */
let windows = 40;
const freshDay = () => day(windows++);

/** A million tokens in and out, five days ago. */
const million = { at: at(5, 12), input: 1_000_000, output: 1_000_000 };

test("a row added beside another one counts from its creation, whatever its price becomes", async () => {
  const [agent, id] = [unique("nova-agent"), unique("nova")];
  await putModel("bedrock", id, { ...prices(3, 12), ...long });
  await app.use([{ ...million, agent, provider: "amazon", model: id }]);
  const search = { from: freshDay(), agent };
  const before = await usage(search);
  expect(before.total).toMatchObject({ cost_usd: 15, unpriced_tokens: 0 });
  await putModel("amazon", id, { created_at: { S: iso(Date.now()) } });
  expect((await usage(search)).total).toEqual(before.total);
  const { status, text } = await app.admin.patch(modelPath("amazon", id), {
    input_price: 6,
    output_price: 24,
  });
  expect(status, text).toBe(200);
  expect((await usage(search)).total).toEqual(before.total);
  const { groups } = await usage({ ...search, group_by: "model" });
  expect(groups.map(({ key, cost_usd }) => [key, cost_usd])).toEqual([[`bedrock#${id}`, 15]]);
});

test("the hours of a day are read again only when its tokens change", async () => {
  const [agent, id] = [unique("hours-agent"), unique("hours")];
  await putModel("bedrock", id, { ...prices(3, 12), ...long });
  await putModel("amazon", id, { ...prices(6, 24), created_at: { S: iso(at(4, 10).getTime()) } });
  const tokens = { agent, provider: "amazon", model: id, input: 1_000_000, output: 0 };
  const search = { from: freshDay(), agent };
  const isByHour = ({ body }: { body: string }) =>
    body.includes('"Period":3600') && body.includes(id);
  const readings = () => app.proxy.calls.filter(isByHour).length;
  const costs = async () => {
    // Later than any reading of the usage is cached.
    vi.setSystemTime(Date.now() + 15_000);
    const before = readings();
    return [(await usage(search)).total.cost_usd, readings() - before];
  };
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    await app.use([{ ...tokens, at: at(4, 9) }]);
    expect(await costs()).toEqual([3, 1]);
    expect(await costs()).toEqual([3, 0]);
    await app.use([{ ...tokens, at: at(4, 11) }]);
    expect(await costs()).toEqual([9, 1]);
    expect(await costs()).toEqual([9, 0]);
  } finally {
    vi.useRealTimers();
  }
});

test("a row that took over on a day splits that day at its creation", async () => {
  const [agent, id] = [unique("split-agent"), unique("split")];
  await putModel("bedrock", id, { ...prices(3, 12), ...long });
  await putModel("amazon", id, { ...prices(6, 24), created_at: { S: iso(at(5, 10).getTime()) } });
  const tokens = { agent, provider: "amazon", model: id, input: 1_000_000, output: 0 };
  await app.use([
    { ...tokens, at: at(5, 9) },
    { ...tokens, at: at(5, 11) },
  ]);
  for (const from of [freshDay(), day(6)]) {
    const { groups, total } = await usage({ from, agent, group_by: "model" });
    expect(total.cost_usd).toBe(9);
    expect(groups.map(({ key, cost_usd }) => [key, cost_usd])).toEqual([
      [`amazon#${id}`, 6],
      [`bedrock#${id}`, 3],
    ]);
  }
});

test("a row that others add without a credible time of creation counts from when it was seen", async () => {
  for (const created of [{}, { created_at: long.created_at }]) {
    const [agent, id] = [unique("copied-agent"), unique("copied")];
    await putModel("bedrock", id, { ...prices(3, 12), ...long });
    await app.use([{ ...million, agent, provider: "amazon", model: id }]);
    const search = { from: freshDay(), agent };
    const before = await usage(search);
    expect(before.total.cost_usd).toBe(15);
    const { created_at: _, ...row } = modelRow("amazon", id, prices(6, 24));
    await app.aws.put(tables.models, { ...row, ...created } as Item);
    for (const on of [app, other, app]) {
      expect((await usage(search, on)).total).toEqual(before.total);
    }
  }
});

test("a row that says it is created later gets one record a change, and costs as it did", async () => {
  const [agent, id] = [unique("ahead-agent"), unique("ahead")];
  await putModel("openai", id, {
    ...prices(10, 10),
    created_at: { S: iso(Date.now() + 2 * hourMs) },
  });
  await app.use([{ ...million, agent, provider: "openai", model: id }]);
  const search = { from: freshDay(), agent };
  const before = await usage(search);
  expect((await app.admin.patch(modelPath("openai", id), { input_price: 20 })).status).toBe(200);
  const records = async () =>
    (await notes(`openai#${id}`)).filter(({ sk }) => sk?.S?.startsWith("price#")).length;
  const count = await records();
  for (const on of [app, other, app, other]) {
    expect((await usage(search, on)).total.cost_usd).toBe(before.total.cost_usd);
  }
  expect(await records()).toBe(count);
});

test("usage keeps its cost when its row is retired, or others delete it", async () => {
  for (const remove of [
    (id: string) => app.admin.send("DELETE", modelPath("amazon", id)),
    (id: string) => app.aws.remove(tables.models, { pk: { S: `amazon#${id}` } }),
  ]) {
    const [agent, id] = [unique("retired-agent"), unique("retired")];
    await putModel("amazon", id, { ...prices(3, 12), ...long });
    await putModel("bedrock", id, { ...prices(100, 100), ...long });
    await app.use([{ ...million, agent, provider: "amazon", model: id }]);
    const search = { from: freshDay(), agent };
    expect((await usage(search)).total.cost_usd).toBe(15);
    expect((await usage(search)).total.cost_usd).toBe(15);
    await remove(id);
    for (const on of [app, other, app]) expect((await usage(search, on)).total.cost_usd).toBe(15);
  }
});

test("a price that someone else changed counts from when it was first seen, noted once", async () => {
  const [agent, id] = [unique("foreign-agent"), unique("foreign")];
  const pk = `openai#${id}`;
  await putModel("openai", id, { ...prices(2, 8), ...long });
  await app.use([{ ...million, agent, provider: "openai", model: id }]);
  const search = { from: freshDay(), agent };
  const first = await usage(search);
  expect(first.total.cost_usd).toBe(10);
  expect(await notes(pk)).toEqual([]);
  expect((await usage(search, other)).total).toEqual(first.total);

  await putModel("openai", id, { ...prices(20, 80), ...long });
  const both = await Promise.all([usage(search), usage(search, other), usage(search)]);
  for (const report of both) expect(report.total.cost_usd).toBe(10);
  const noted = await notes(pk);
  expect(noted.filter(({ input_price }) => input_price?.N === "20")).toHaveLength(1);
  const third = await startAgainst(app.proxy.url);
  expect((await usage(search, third)).total.cost_usd).toBe(10);
  await third.stop();
  expect(await notes(pk)).toHaveLength(noted.length);
});

test("a foreign change after a recorded one, of a row that keeps its old times, counts too", async () => {
  const [agent, id] = [unique("reverted-agent"), unique("reverted")];
  await putModel("openai", id, { ...prices(2, 8), ...long, updated_at: long.created_at });
  await app.use([{ ...million, agent, provider: "openai", model: id }]);
  const search = { from: freshDay(), agent };
  await app.admin.patch(modelPath("openai", id), { input_price: 4 });
  expect((await usage(search)).total.cost_usd).toBe(10);
  await putModel("openai", id, { ...prices(20, 80), ...long, updated_at: long.created_at });
  expect((await usage(search)).total.cost_usd).toBe(10);
  const { text } = await app.viewer.get(`/api/prices/openai/${id}`);
  const { history } = JSON.parse(text);
  expect(history[0]).toMatchObject({ prices: { input_price: 20, output_price: 80 } });
});

test("a price that an admin saves while another one is noticed stays in force", async () => {
  const [agent, id] = [unique("racing-agent"), unique("racing")];
  await putModel("openai", id, { ...prices(2, 8), ...long });
  await app.use([{ ...million, agent, provider: "openai", model: id }]);
  const save = (input_price: number) => app.admin.patch(modelPath("openai", id), { input_price });
  await save(4);
  await putModel("openai", id, { ...prices(20, 8), ...long });
  const isNotes = { operation: "Query", containing: `model#openai#${id}`, nth: 2 };
  const stop = app.proxy.inject(
    isNotes,
    between(() => save(30)),
  );
  const search = { from: freshDay(), agent };
  await usage(search);
  stop();
  await usage(search);
  const recorded = (await notes(`openai#${id}`)).flatMap(({ input_price }) => input_price?.N ?? []);
  expect(recorded.toSorted()).toEqual(["2", "20", "30", "4"]);
  const { text } = await app.viewer.get(`/api/prices/openai/${id}`);
  expect(JSON.parse(text).history[0]).toMatchObject({ prices: { input_price: 30 } });
});

test("a day costs the same in hours and in days after a price changed within it", async () => {
  const [agent, id] = [unique("zoom-agent"), unique("zoom")];
  const changedAt = iso(at(4, 12).getTime() + 60_000);
  await putModel("openai", id, { ...prices(6, 0), ...long });
  for (const [from, price] of [
    [long.created_at.S, "3"],
    [changedAt, "6"],
  ] as const) {
    await app.aws.put(tables.management, {
      pk: { S: `model#openai#${id}` },
      sk: { S: `price#${from}#1` },
      in_force_from: { S: from },
      input_price: { N: price },
      output_price: { N: "0" },
    });
  }
  const tokens = { agent, provider: "openai", model: id, output: 0 };
  await app.use([
    { ...tokens, at: at(4, 11), input: 500_000 },
    { ...tokens, at: at(4, 12), input: 100_000 },
    { ...tokens, at: at(4, 13), input: 200_000 },
  ]);
  // The hour in which it changed still costs the price of its beginning.
  const expected = 0.5 * 3 + 0.1 * 3 + 0.2 * 6;
  const hours = await usage({ from: day(4), to: day(4), agent });
  const days = await usage({ from: freshDay(), agent });
  expect([hours.period_seconds, days.period_seconds]).toEqual([3600, 86_400]);
  expect(hours.total.cost_usd).toBe(expected);
  expect(days.total).toEqual(hours.total);
  expect(days.groups[0]?.series.find((point) => point.at.startsWith(day(4)))?.cost_usd).toBe(
    expected,
  );
});

test("a preview of dated prices says what of both costs is at a price by family, as the save does", async () => {
  const [agent, id] = [unique("family-agent"), unique("of-a-family")];
  const catalog = { S: "catalog" };
  const sources = { input_price_source: catalog, output_price_source: catalog };
  await putModel("openai", id, { ...prices(2, 8), ...sources, ...long });
  const tokens = { ...million, agent, provider: "openai", model: id };
  await app.use([tokens, { ...tokens, at: at(8, 12) }]);
  // In another month than other previews, whose reading of the usage is cached.
  const body = { input_price: 3, prices_from: at(40, 12).toISOString() };
  const dryRun = await app.admin.patch(`${modelPath("openai", id)}?dry_run=true`, body);
  expect(dryRun.status, dryRun.text).toBe(200);
  const costs = {
    before_usd: 10,
    after_usd: 11,
    before_unconfirmed: { by_family_usd: 10 },
    after_unconfirmed: { by_family_usd: 8 },
  };
  expect(dryRun.body).toMatchObject({
    days: [8, 5].map((daysAgo) => ({ day: day(daysAgo), ...costs })),
    total: {
      before_usd: 20,
      after_usd: 22,
      before_unconfirmed: { by_family_usd: 20 },
      after_unconfirmed: { by_family_usd: 16 },
    },
  });
  await app.admin.patch(modelPath("openai", id), body);
  const { total } = await usage({ from: freshDay(), agent });
  expect(total).toMatchObject({ cost_usd: 22, by_family_usd: 16 });
});

test("a price in force from an earlier hour reprices the usage since then, after a preview", async () => {
  const [agent, id] = [unique("typo-agent"), unique("typo")];
  const pk = `openai#${id}`;
  await putModel("openai", id, { ...prices(2, 0), ...long });
  const tokens = { agent, provider: "openai", model: id, output: 0 };
  await app.use([
    { ...tokens, at: at(6, 9), input: 1_000_000 },
    { ...tokens, at: at(6, 15), input: 1_000_000 },
    { ...tokens, at: at(3, 9), input: 1_000_000 },
  ]);
  await app.admin.patch(modelPath("openai", id), { input_price: 20 });
  const search = { from: freshDay(), agent };
  expect((await usage(search)).total.cost_usd).toBe(6);

  const body = { input_price: 3, prices_from: at(6, 12).toISOString() };
  const written = async () => [await notes(pk), await app.aws.model(pk)];
  const before = await written();
  const dryRun = await app.admin.patch(`${modelPath("openai", id)}?dry_run=true`, body);
  expect(dryRun.status, dryRun.text).toBe(200);
  expect(dryRun.body).toMatchObject({
    prices_from: body.prices_from,
    prices: [{ name: "input_price", from: 20, to: 3 }],
    days: [
      { day: day(6), before_usd: 4, after_usd: 5 },
      { day: day(3), before_usd: 2, after_usd: 3 },
    ],
    total: { before_usd: 6, after_usd: 8 },
    stale_because: null,
  });
  expect(await written()).toEqual(before);
  expect((await usage(search)).total.cost_usd).toBe(6);

  const budget = { scope: "model", key: pk, monthly_usd: 1000 };
  await app.admin.send("PUT", "/api/budgets", budget);
  const saved = await app.admin.patch(modelPath("openai", id), body);
  expect(saved.status, saved.text).toBe(200);
  expect(saved.body).toMatchObject({ input_price: 3 });
  for (const search of [
    { from: freshDay(), agent },
    { from: day(7), agent },
  ]) {
    expect((await usage(search)).total.cost_usd).toBe(8);
  }
  const csv = await app.viewer.get(
    `/api/usage/export?${new URLSearchParams({ from: day(7), agent })}`,
  );
  expect(
    csv.text
      .trim()
      .split("\r\n")
      .slice(1)
      .map((line) => Number(line.split(",")[4])),
  ).toEqual([2, 3, 3]);
  const month = new Date().toISOString().slice(0, 7);
  const spent = [
    [at(6, 0), 5],
    [at(3, 0), 3],
  ] as const;
  const inMonth = spent
    .filter(([time]) => time.toISOString().startsWith(month))
    .reduce((sum, [, cost]) => sum + cost, 0);
  const budgets = JSON.parse((await app.viewer.get("/api/budgets")).text).budgets;
  expect(budgets.find(({ key }: { key: string }) => key === pk).progress.spent_usd).toBe(inMonth);

  const { events } = JSON.parse((await app.viewer.get(`${modelPath("openai", id)}/history`)).text);
  expect(events[0]).toMatchObject({
    action: "model.update",
    before: { input_price: { N: "20" } },
    after: { input_price: { N: "3" }, prices_from: { S: body.prices_from } },
  });
  const undone = await app.admin.post(`${modelPath("openai", id)}/rollback`, {
    event_id: events[0].event_id,
  });
  expect(undone.status, undone.text).toBe(200);
  expect((await usage({ from: freshDay(), agent })).total.cost_usd).toBe(6);
});

test("a price that stays can be dated anew, and a date needs a price", async () => {
  const [agent, id] = [unique("late-agent"), unique("late")];
  await putModel("openai", id, long);
  await app.use([
    { at: at(6, 9), agent, provider: "openai", model: id, input: 1_000_000, output: 0 },
    { at: at(3, 9), agent, provider: "openai", model: id, input: 1_000_000, output: 0 },
  ]);
  const from = `${day(4)}T00:00:00Z`;
  const patch = (body: object) => app.admin.patch(modelPath("openai", id), body);
  expect((await patch({ input_price: 5, prices_from: from })).status).toBe(200);
  const search = { from: freshDay(), agent };
  expect((await usage(search)).total).toMatchObject({ cost_usd: 5, unpriced_tokens: 1_000_000 });
  expect((await patch({ input_price: 5, prices_from: day(7) })).status).toBe(200);
  expect((await usage(search)).total).toMatchObject({ cost_usd: 10, unpriced_tokens: 0 });
  for (const refused of [
    { prices_from: from },
    { display_name: "Other", prices_from: from },
    { input_price: 5, prices_from: "last week" },
    { input_price: 7, prices_from: iso(Date.now() + hourMs) },
    { input_price: 7, prices_from: day(-1) },
  ]) {
    const { status, body } = await patch(refused);
    expect([status, (body.errors as { path: string }[])[0]?.path]).toEqual([422, "prices_from"]);
  }
  const preview = await app.admin.patch(`${modelPath("openai", id)}?dry_run=true`, {
    input_price: 7,
    prices_from: day(-1),
  });
  expect(preview).toMatchObject({ status: 422, body: { errors: [{ path: "prices_from" }] } });
  expect((await app.aws.model(`openai#${id}`))?.input_price).toEqual({ N: "5" });
});

test("metrics without a provider cost what their agent's provider charges, marked as derived", async () => {
  const [agent, id] = [unique("older-agent"), unique("older-model")];
  await putModel("anthropic", id, { ...prices(3, 15), ...long });
  await app.aws.put(tables.agents, agentRow(agent, "claude", id));
  await app.use([
    { ...million, agent, model: id },
    { ...million, agent },
    { ...million, agent: unique("nobody"), model: id },
  ]);
  const from = freshDay();
  const { total, groups } = await usage({ from, agent });
  expect(total).toMatchObject({ cost_usd: 36, derived_tokens: 4_000_000, unpriced_tokens: 0 });
  expect(groups.map(({ key }) => key)).toEqual(["anthropic"]);
  const models = await usage({ from, agent, group_by: "model" });
  expect(models.groups.map(({ key }) => key)).toEqual([`anthropic#${id}`]);
});

test("a metric without a provider stays unpriced while two of them are possible", async () => {
  const [agent, id] = [unique("twofold-agent"), unique("twofold")];
  await putModel("anthropic", id, { ...prices(3, 15), ...long });
  await putModel("openai", id, { ...prices(1, 2), ...long });
  await app.aws.put(tables.agents, agentRow(agent, "claude", id));
  await app.aws.put(tables.agents, { ...agentRow(agent, "openai", id), version: { S: "v2.0" } });
  await app.use([{ ...million, agent, model: id }]);
  const { total } = await usage({ from: freshDay(), agent });
  expect(total).toMatchObject({ cost_usd: null, derived_tokens: 0, unpriced_tokens: 2_000_000 });
});
