import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { UsageReport } from "@/lib/usage/schema";
import { startEmbeddedAws } from "../../scripts/embedded/server";
import { createTables, tableNames } from "../../scripts/populate/tables";
import { actor } from "../support/services";
import { agentRow, type Item, modelRow, outside, unique } from "./console";

const dayMs = 24 * 3_600_000;
const today = Math.floor(Date.now() / dayMs) * dayMs;
const day = (daysAgo: number) => new Date(today - daysAgo * dayMs).toISOString().slice(0, 10);

/** The services of a console of one environment, with empty caches. */
async function openConsole(envName: string) {
  vi.resetModules();
  vi.stubEnv("ENV_NAME", envName);
  const { env } = await import("@/lib/env");
  env();
  return {
    ...(await import("@/lib/usage/service")),
    ...(await import("@/lib/budgets/service")),
  };
}
type Services = Awaited<ReturnType<typeof openConsole>>;

let folder: string;
let store: Awaited<ReturnType<typeof startEmbeddedAws>>;
let aws: ReturnType<typeof outside>;
let prod: Services;
let dev: Services;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "switchboard-environments-"));
  store = await startEmbeddedAws({ port: 0, dataDir: join(folder, "data") });
  aws = outside(store.url);
  const variables = {
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: store.url,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    NEXTAUTH_URL: "http://localhost:3000",
    NEXTAUTH_SECRET: "a secret of the tests, long enough",
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  for (const envName of ["prod", "dev"]) {
    await createTables({ dynamodb: aws.dynamodb, envName });
    const prices = { input_price: { N: "1" }, output_price: { N: "1" } };
    await aws.put(tableNames(envName).models, modelRow("openai", "gpt", prices));
  }
  prod = await openConsole("prod");
  dev = await openConsole("dev");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  aws?.close();
  await store?.stop();
  await rm(folder, { recursive: true });
});

/** Readings of one window are cached for some seconds, so each one has its own. */
let windows = 40;
const usage = (console: Services): Promise<UsageReport> =>
  console.readUsage({ from: day(windows++), group_by: "agent" });

const register = (envName: string, agent: string, machine: string, more: Item = {}) =>
  aws.put(tableNames(envName).agents, {
    ...agentRow(agent, "openai", "gpt"),
    state_machine_arn: { S: `arn:aws:states:eu-west-1:000000000000:stateMachine:${machine}` },
    ...more,
  });

/** A million tokens a minute ago: 1 USD. */
async function use(agent: string, state_machine_name: string) {
  const named = { agent, state_machine_name, provider: "openai", model: "gpt" };
  const Dimensions = Object.entries(named).map(([Name, Value]) => ({ Name, Value }));
  const data = { Dimensions, Timestamp: Date.now() / 1000 - 60, Value: 1_000_000 };
  const MetricData = [{ MetricName: "InputTokens", ...data }];
  await store.backfillMetrics({ Namespace: "AI-Agents", MetricData });
}

const groupOf = ({ groups }: UsageReport, agent: string) => groups.find(({ key }) => key === agent);
const environmentOf = (report: UsageReport, name: string) =>
  report.other_environments.find(({ environment }) => environment === name);

test("each console counts its own machines of an agent, and shows the others apart", async () => {
  const agent = unique("shared");
  await register("prod", agent, `${agent}-prod`);
  await register("dev", agent, `${agent}-dev`);
  await use(agent, `${agent}-prod`);
  await use(agent, `${agent}-dev`);
  await use(agent, `${agent}-dev`);
  const [inProd, inDev] = [await usage(prod), await usage(dev)];
  expect(groupOf(inProd, agent)).toMatchObject({ cost_usd: 1, unregistered_tokens: 0 });
  expect(inProd.total).toMatchObject({ input_tokens: 1_000_000, cost_usd: 1 });
  expect(inProd.other_environments).toEqual([
    { environment: "dev", input_tokens: 2_000_000, output_tokens: 0, agents: [agent] },
  ]);
  expect(inDev.total).toMatchObject({ input_tokens: 2_000_000, cost_usd: 2 });
  expect(environmentOf(inDev, "prod")).toMatchObject({ input_tokens: 1_000_000 });
});

test("budgets, unusual usage and preflights leave other environments out", async () => {
  const agent = unique("budgeted");
  await register("prod", agent, `${agent}-prod`);
  await use(agent, `${agent}-dev`);
  const budget = { scope: "agent", key: agent, monthly_usd: 0.5 } as const;
  await prod.saveBudget(actor(), budget, null);
  const { budgets, days } = await prod.measureBudgets();
  const measured = budgets.find(({ key }) => key === agent);
  expect(measured?.progress?.spent_usd ?? 0).toBe(0);
  expect(days.filter(({ key }) => key === agent)).toEqual([]);
  const prices = { input_price: 1, output_price: 1 };
  expect(await prod.estimateMonthlyCost(agent, prices)).toBeNull();
  expect(await dev.estimateMonthlyCost(agent, prices)).toBe(1);
});

test("usage of an unproven environment counts, and is marked as not registered", async () => {
  const agent = unique("stray");
  await use(agent, agent);
  for (const console of [prod, dev]) {
    const report = await usage(console);
    expect(groupOf(report, agent)).toMatchObject({ cost_usd: 1, unregistered_tokens: 1_000_000 });
  }
});

test("deleting an agent changes no total, also for a copy that starts later", async () => {
  const [agent, moved] = [unique("kept"), unique("moved")];
  await register("prod", agent, `${agent}-dev`);
  await register("prod", moved, `${moved}-x`, { deployment_env: { S: "dev" } });
  await use(agent, `${agent}-dev`);
  await use(moved, `${moved}-x`);
  const before = await usage(prod);
  expect(groupOf(before, agent)).toMatchObject({ cost_usd: 1, unregistered_tokens: 0 });
  expect(groupOf(before, moved)).toBeUndefined();
  expect(environmentOf(before, "dev")?.agents).toContain(moved);
  for (const name of [agent, moved]) {
    await aws.remove(tableNames("prod").agents, aws.agentKey(name));
  }
  for (const copy of [prod, await openConsole("prod")]) {
    const after = await usage(copy);
    expect(after.total.cost_usd).toBe(before.total.cost_usd);
    expect(after.other_environments).toEqual(before.other_environments);
    expect(groupOf(after, agent)).toMatchObject({ cost_usd: 1, unregistered_tokens: 1_000_000 });
  }
});

test("a proof is recorded for series that earlier versions saw without one", async () => {
  const agent = unique("earlier");
  await use(agent, `${agent}-dev`);
  await usage(prod);
  const rows = () => aws.query(tableNames("prod").management, "usage-dimensions");
  const ofAgent = async () => (await rows()).find((row) => JSON.stringify(row).includes(agent));
  const { environment, ...former } = (await ofAgent()) ?? {};
  expect(environment).toEqual({ S: "dev" });
  await aws.put(tableNames("prod").management, former);
  await register("prod", agent, `${agent}-dev`);
  await usage(await openConsole("prod"));
  expect(await ofAgent()).toEqual({ ...former, environment: { S: "prod" } });
});
