import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { MonthlyCost } from "@/lib/agents/schema";
import type { PricedModel } from "@/lib/costs/schema";
import { catalogPrice } from "@/lib/prices/catalog-repository";
import { seenDimensionsItem } from "@/lib/usage/dimensions-repository";
import type { UsageReport } from "@/lib/usage/schema";
import { throttled } from "../support/fault-proxy";
import {
  agentPath,
  agentRow,
  Caller,
  type Json,
  modelPath,
  modelRow,
  tables,
  unique,
} from "./console";
import { startUsageConsole } from "./usage-console";

const dayMs = 24 * 3_600_000;
const today = Math.floor(Date.now() / dayMs) * dayMs;
/** Noon of a day, so many days before today. */
const noon = (daysAgo: number) => new Date(today - daysAgo * dayMs + dayMs / 2);
const day = (daysAgo: number) => new Date(today - daysAgo * dayMs).toISOString().slice(0, 10);

/** Seen by the console before it was started, and idle for so long that ListMetrics knows it no more. */
const idle = { agent: unique("idle"), provider: "openai", model: "gone" };

let app: Awaited<ReturnType<typeof startUsageConsole>>;
beforeAll(async () => {
  app = await startUsageConsole();
  const dimensions = { ...idle, state_machine_name: `${idle.agent}-prod` };
  const item = seenDimensionsItem({ dimensions, environment: null }, new Date().toISOString());
  await app.aws.put(tables.management, item);
});
afterAll(async () => {
  await app.stop();
});

/** A window that no other test asks for is read afresh. */
async function usage(search: Record<string, string>): Promise<UsageReport> {
  const { status, text } = await app.viewer.get(`/api/usage?${new URLSearchParams(search)}`);
  expect(status, text).toBe(200);
  return JSON.parse(text);
}

/** Of a preflight: USD a month now and then. */
function pairOf({ monthly_cost_usd }: Json) {
  const { now, then } = monthly_cost_usd as MonthlyCost; // By docs/contract.md.
  return [now, then];
}

const addModel = (provider: string, id: string, input: string, output: string) =>
  app.aws.put(
    tables.models,
    modelRow(provider, id, { input_price: { N: input }, output_price: { N: output } }),
  );

test("without metrics there are no groups and no cost", async () => {
  const report = await usage({ from: day(29) });
  expect(report).toMatchObject({
    period_seconds: 86_400,
    stale_because: null,
    total: { input_tokens: 0, output_tokens: 0, unpriced_tokens: 0, cost_usd: 0 },
    groups: [],
  });
});

test("invalid parameters are refused by field, and anonymous requests with 401", async () => {
  const refused = async (search: string) => {
    const { status, body } = await app.viewer.get(`/api/usage?${search}`);
    const errors = body.errors as { path: string }[]; // By docs/contract.md.
    return [status, ...errors.map(({ path }) => path)];
  };
  expect(await refused("from=yesterday&group_by=team")).toEqual([422, "from", "group_by"]);
  expect(await refused(`from=${day(3)}&to=${day(5)}`)).toEqual([422, "to"]);
  expect(await refused(`from=${day(-2)}`)).toEqual([422, "from"]);
  expect(await refused("from=2001-01-01")).toEqual([422, "from"]);
  const stranger = new Caller(app.url, null);
  expect((await stranger.get("/api/usage")).status).toBe(401);
});

test("over 500 metrics on several pages add up, and a price change on day 15 leaves earlier days unchanged", async () => {
  const agents = Array.from({ length: 60 }, (_, index) => `swarm-${index}`);
  const models = Array.from({ length: 9 }, (_, index) => unique(`grok-${index}`));
  for (const id of models) await addModel("xai", id, "0.15", "0.6");
  const changedAt = `${day(15)}T00:00:00.000Z`;
  for (const [at, input, output] of [
    [`${day(40)}T00:00:00.000Z`, "3", "15"],
    [changedAt, "0.15", "0.6"],
  ] as const) {
    for (const id of models) {
      await app.aws.put(tables.management, {
        pk: { S: `model#xai#${id}` },
        sk: { S: `price#${at}#1` },
        in_force_from: { S: at },
        input_price: { N: input },
        output_price: { N: output },
      });
    }
  }
  const days = Array.from({ length: 30 }, (_, daysAgo) => daysAgo);
  const used = agents.flatMap((agent, a) =>
    models.flatMap((model, m) =>
      days.map((daysAgo) => ({
        at: noon(daysAgo + 1),
        input: 1_000_003 + 7 * a + m,
        output: 333_331 + daysAgo,
        agent,
        provider: "grok",
        model,
      })),
    ),
  );
  await app.use(used);
  // In hundredths of a millionth of a dollar, so that the sum is of whole numbers.
  const costOf = (some: typeof used) =>
    some.reduce((sum, { at, input, output }) => {
      const [price_in, price_out] = at.toISOString() < changedAt ? [300n, 1500n] : [15n, 60n];
      return sum + BigInt(input) * price_in + BigInt(output) * price_out;
    }, 0n);
  const sumOf = (name: "input" | "output") => used.reduce((sum, each) => sum + each[name], 0);

  const whole = app.answerInPages(4000);
  const requested = () =>
    app.proxy.calls.filter(({ operation }) => operation === "GetMetricData").length;
  const before = requested();
  const report = await usage({ from: day(31), provider: "xai", group_by: "model" });
  whole();
  // 1,080 queries of 30 days: three requests, the first two of four pages and more.
  expect(requested() - before).toBeGreaterThan(8);
  expect(report.total).toMatchObject({
    input_tokens: sumOf("input"),
    output_tokens: sumOf("output"),
    cost_usd: Number(costOf(used)) / 1e8,
    unpriced_tokens: 0,
    assumed_tokens: 0,
  });
  expect(report.groups.map(({ key }) => key).sort()).toEqual(
    models.map((id) => `xai#${id}`).sort(),
  );
  const earlier = used.filter(({ at, model }) => model === models[0] && at < new Date(changedAt));
  const points = report.groups.find(({ key }) => key === `xai#${models[0]}`)?.series ?? [];
  const old = points.filter(({ at }) => at < changedAt);
  expect(old.reduce((sum, { cost_usd }) => sum + Math.round((cost_usd ?? 0) * 1e8), 0)).toBe(
    Number(costOf(earlier)),
  );
  const byAgent = await usage({ from: day(31), provider: "xai", group_by: "agent" });
  expect(byAgent.groups).toHaveLength(60);
  expect(byAgent.total).toEqual(report.total);
});

test("a price set in the console holds from now on, so yesterday's cost stays", async () => {
  const [agent, id] = [unique("steady"), unique("steady-model")];
  await addModel("openai", id, "2.5", "10");
  const tokens = { input: 4_000_000, output: 1_000_000, agent, provider: "openai", model: id };
  await app.use([{ at: noon(1), ...tokens }]);
  const before = await usage({ from: day(1), agent });
  expect(before.total).toMatchObject({ cost_usd: 20, assumed_tokens: 5_000_000 });
  await app.admin.patch(modelPath("openai", id), { input_price: 100, output_price: 100 });
  const after = await usage({ from: day(1), agent });
  expect(after.total).toMatchObject({ cost_usd: 20, assumed_tokens: 0 });
});

test("aliases of a provider are one group, a missing dimension is unknown, and unpriced models keep their tokens", async () => {
  const agent = unique("many-names");
  await addModel("anthropic", "claude-alias", "3", "15");
  const used = { at: noon(2), agent, input: 1_000_000, output: 0 };
  await app.use([
    { ...used, provider: "anthropic", model: "claude-alias" },
    { ...used, provider: "claude", model: "claude-alias", more: { stage: "blue" } },
    { ...used, provider: "openai", model: "nobody-registered-me" },
    used,
  ]);
  const search = { from: day(3), agent };
  const report = await usage({ ...search, group_by: "provider" });
  expect(report.total).toMatchObject({ cost_usd: 6, unpriced_tokens: 2_000_000 });
  expect(
    report.groups.map(({ key, input_tokens, cost_usd }) => [key, input_tokens, cost_usd]),
  ).toEqual([
    ["anthropic", 2_000_000, 6],
    ["openai", 1_000_000, null],
    ["unknown", 1_000_000, null],
  ]);
  const models = await usage({ ...search, group_by: "model" });
  // The runtime counts no cache reads and writes of Anthropic.
  expect([...models.groups, models.total].map(({ too_low }) => too_low)).toEqual([
    ["cache_tokens"],
    undefined,
    undefined,
    ["cache_tokens"],
  ]);
  expect(models.groups.map(({ key }) => key)).toEqual([
    "anthropic#claude-alias",
    "openai#nobody-registered-me",
    "unknown",
  ]);
  const csv = await app.viewer.get(
    `/api/usage/export?${new URLSearchParams({ ...search, group_by: "provider" })}`,
  );
  expect(csv.headers.get("content-type")).toContain("text/csv");
  expect(csv.text).toMatch(/,anthropic,.*,cache_tokens,0,0\r\n/);
  expect(csv.text.split("\r\n")[2]).toMatch(/T\d\d:00:00.000Z,openai,1000000,0,,1000000,0,0,,0,0$/);
});

test("a sum says how much of it is at a price by family, until an admin confirms that", async () => {
  const [agent, id] = [unique("of-a-family"), unique("unheard-of")];
  const catalog = { S: "catalog" };
  await app.aws.put(
    tables.models,
    modelRow("openai", id, {
      input_price: { N: "2" },
      input_price_source: catalog,
      output_price: { N: "8" },
      output_price_source: { S: "admin" },
    }),
  );
  const tokens = { input: 600_000, output: 1_000_000, agent, provider: "openai", model: id };
  await app.use([{ at: noon(8), ...tokens }]);
  const search = { from: day(8), agent };
  expect((await usage(search)).total).toMatchObject({ cost_usd: 9.2, by_family_usd: 1.2 });
  const csv = await app.viewer.get(`/api/usage/export?${new URLSearchParams(search)}`);
  expect(csv.text).toMatch(/,too_low,by_family_usd,base_price_usd\r\n/);
  expect(csv.text).toMatch(/,9\.2,.*,1\.2,0\r\n/);
  await app.admin.patch(modelPath("openai", id), { input_price: 2 });
  const { total } = await usage(search);
  expect(total).toMatchObject({ cost_usd: 9.2 });
  expect(total).not.toHaveProperty("by_family_usd");
});

test("a metric that ListMetrics no longer lists is counted by its saved dimensions", async () => {
  const other = unique("lively");
  await app.use([
    { at: noon(45), input: 70, output: 7, ...idle },
    { at: noon(1), input: 5, output: 1, agent: other, provider: "openai", model: "gone" },
  ]);
  const report = await usage({ from: day(48), agent: idle.agent });
  expect(report.total).toMatchObject({ input_tokens: 70, output_tokens: 7 });
  const kept = (await app.aws.query(tables.management, "usage-dimensions")).filter((row) =>
    [idle.agent, other].includes(row.dimensions?.M?.agent?.S ?? ""),
  );
  expect(kept).toHaveLength(2);
  const writes = () =>
    app.proxy.calls.filter(
      ({ operation, body }) =>
        operation === "BatchWriteItem" && body.includes("usage-dimensions") && body.includes(other),
    ).length;
  expect(writes()).toBe(1);
  const lively = await usage({ from: day(2), agent: other });
  expect(lively.total).toMatchObject({ input_tokens: 5 });
  expect(writes()).toBe(1);
});

/** Ends what is cached for seconds: the routes run in this process, on this clock. */
function afterTheCache(): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6_000 });
}

test("a page of a proxy in CloudWatch's place is named as such", async () => {
  const page = {
    status: 500,
    headers: { "content-type": "text/html" },
    body: Buffer.from("<html>Blocked"),
  };
  const heal = app.proxy.inject({ operation: "GetMetricData" }, ({ reply }) => reply(page));
  const { status, body } = await app.viewer.get(`/api/usage?from=${day(64)}&to=${day(60)}`);
  heal();
  expect([status, body.code]).toEqual([502, "aws_unavailable"]);
  expect(body.detail).toContain("such as a proxy, answered in its place: HTTP 500");
  expect(body.detail).not.toContain("change was saved");
});

test("while CloudWatch throttles, the last answer comes with its age, or the reason if there is none", async () => {
  const agent = unique("busy");
  await app.use([{ at: noon(4), input: 11, output: 2, agent, provider: "openai", model: "m" }]);
  const search = { from: day(6), agent };
  const first = await usage(search);
  const heal = app.proxy.inject({ operation: "GetMetricData" }, throttled);
  afterTheCache();
  const stale = await expect
    .poll(() => usage(search), { timeout: 60_000 })
    .toMatchObject({ stale_because: expect.stringContaining("throttling") })
    .then(() => usage(search));
  expect(stale).toMatchObject({ as_of: first.as_of, total: first.total });
  const { status, body } = await app.viewer.get(`/api/usage?from=${day(70)}&to=${day(65)}`);
  expect([status, body.code]).toEqual([502, "aws_unavailable"]);
  expect(body.detail).toContain("throttling");
  heal();
  afterTheCache();
  await expect
    .poll(() => usage(search), { timeout: 60_000 })
    .toMatchObject({ stale_because: null, total: first.total });
  vi.useRealTimers();
});

test("a preflight compares the agent's monthly cost now and after the switch, null if unknown", async () => {
  const [agent, silent] = [unique("preflighted"), unique("silent")];
  await addModel("openai", "month-now", "2.5", "10");
  await addModel("openai", "month-then", "0.15", "0.6");
  await app.aws.put(tables.models, modelRow("openai", "month-unpriced"));
  for (const name of [agent, silent])
    await app.aws.put(tables.agents, agentRow(name, "openai", "month-now"));
  const tokens = { agent, provider: "openai", model: "whatever" };
  await app.use([
    { at: noon(2), input: 6_000_000, output: 500_000, ...tokens },
    { at: noon(20), input: 4_000_000, output: 500_000, ...tokens },
    { at: noon(40), input: 4_000_000, output: 500_000, ...tokens },
  ]);
  const costs = async (name: string, model: string) => {
    const path = `${agentPath(name)}/preflight?provider=openai&model_id=${model}`;
    return pairOf((await app.viewer.get(path)).body);
  };
  // A preflight waits 3 s for the usage, which is less than a busy machine may take.
  const patient = { timeout: 60_000 };
  await expect.poll(() => costs(agent, "month-then"), patient).toEqual([35, 2.1]);
  await expect.poll(() => costs(agent, "month-unpriced"), patient).toEqual([35, null]);
  expect(await costs(silent, "month-then")).toEqual([null, null]);
  const inBulk = async () => {
    const { body } = await app.admin.post("/api/agents/switch?dry_run=1", {
      from: { provider: "openai", model_id: "month-now" },
      to: { provider: "openai", model_id: "month-then" },
    });
    const agents = body.agents as Json[]; // By docs/contract.md.
    return pairOf(agents.find(({ agent_name }) => agent_name === agent) ?? {});
  };
  await expect.poll(inBulk, patient).toEqual([35, 2.1]);
});

test("price lists take cache and long-context prices from the catalog if the row has none", async () => {
  const catalog = await catalogPrice("google", "gemini-2.5-pro");
  const [tier] = catalog?.tiers ?? [];
  const base = [String(catalog?.input_price), String(catalog?.output_price)] as const;
  await addModel("google", "gemini-2.5-pro", ...base);
  // The same model under another name of its provider, at a negotiated price.
  await addModel("gemini", "gemini-2.5-pro", "0.5", "2");
  const id = unique("unlisted");
  await app.aws.put(
    tables.models,
    modelRow("openai", id, { input_price: { N: "2" }, cache_read_price: { N: "0.2" } }),
  );
  const { status, body } = await app.viewer.get("/api/costs/prices");
  expect(status).toBe(200);
  const models = body.models as PricedModel[]; // What the route answers.
  const of = (pk: string) => models.find((model) => model.pk === pk);
  expect(of("google#gemini-2.5-pro")).toMatchObject({
    cache_read_price: catalog?.cache_read_price,
    cache_read_source: "catalog",
    long_context: [
      { above_input_tokens: tier?.above_input_tokens, input_price: tier?.input_price },
    ],
  });
  expect(of("gemini#gemini-2.5-pro")).toMatchObject({ provider_id: "google", long_context: [] });
  expect(of(`openai#${id}`)).toMatchObject({
    output_price: null,
    cache_read_price: 0.2,
    cache_read_source: "registry",
  });
  expect((await new Caller(app.url, null).get("/api/costs/prices")).status).toBe(401);
});
