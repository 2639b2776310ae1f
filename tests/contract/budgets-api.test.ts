import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BudgetList, EvaluateReport } from "@/lib/budgets/schema";
import type { Finding } from "@/lib/findings/schema";
import { throttled } from "../support/fault-proxy";
import { agentRow, Caller, type Json, modelRow, tables, unique } from "./console";
import { startUsageConsole } from "./usage-console";

const topic = "arn:aws:sns:eu-west-1:000000000000:agent-costs";
const dayMs = 86_400_000;
const minutesAgo = new Date(Date.now() - 60_000);
/** CloudWatch is asked again after some seconds. */
const untilRead = { timeout: 60_000 };

let app: Awaited<ReturnType<typeof startUsageConsole>>;
let cloudwatch: CloudWatchClient;
beforeAll(async () => {
  app = await startUsageConsole({ ALARM_TOPIC_ARN: topic, USAGE_UNUSUAL_FLOOR_TOKENS: "5000000" });
  cloudwatch = new CloudWatchClient({
    endpoint: app.awsUrl,
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const prices = { input_price: { N: "10" }, output_price: { N: "10" } };
  await app.aws.put(tables.models, modelRow("openai", "dear", prices));
});
afterAll(async () => {
  cloudwatch.destroy();
  await app.stop();
});

/** So many million tokens of now, at $10 a million where the model has a price. */
const use = (agent: string, millions: number, model = "dear", at = minutesAgo) =>
  app.use([{ at, input: millions * 1e6, output: 0, agent, provider: "openai", model }]);

const setBudget = (key: string, monthly_usd: number | null, headers?: Record<string, string>) =>
  app.admin.send("PUT", "/api/budgets", { scope: "agent", key, monthly_usd }, headers);

async function budgets(): Promise<BudgetList> {
  const { status, text } = await app.viewer.get("/api/budgets");
  expect(status, text).toBe(200);
  return JSON.parse(text);
}

const progressOf = async (key: string) =>
  (await budgets()).budgets.find((budget) => budget.key === key)?.progress;

async function checks(): Promise<{ findings: Finding[]; unchecked: string[] }> {
  const { status, text } = await app.viewer.get("/api/checks");
  expect(status, text).toBe(200);
  return JSON.parse(text);
}

const findings = async (code: string, id: string) =>
  (await checks()).findings.filter((finding) => finding.code === code && finding.subject.id === id);

async function evaluate(): Promise<EvaluateReport> {
  const { status, text } = await app.admin.post("/api/budgets/evaluate", {});
  expect(status, text).toBe(200);
  return JSON.parse(text);
}

async function alarm(name: string) {
  const command = new DescribeAlarmsCommand({ AlarmNames: [`switchboard-prod/${name}`] });
  return (await cloudwatch.send(command)).MetricAlarms?.[0];
}

test("a budget is set, changed, refused when stale, rolled back, removed and brought back, each with its event", async () => {
  const key = unique("planned");
  const set = await setBudget(key, 40);
  expect(set).toMatchObject({ status: 200, body: { id: `agent:${key}`, monthly_usd: 40 } });
  const etag = String(set.body.etag);
  expect(set.headers.get("etag")).toBe(`"${etag}"`);
  expect((await setBudget(key, 60, { "if-match": `"${etag}"` })).body.monthly_usd).toBe(60);
  const stale = await setBudget(key, 70, { "if-match": `"${etag}"` });
  expect(stale).toMatchObject({ status: 412, body: { current: { monthly_usd: 60 } } });

  const events = async () => {
    const { body } = await app.viewer.get(`/api/activity?entity=budget:agent:${key}`);
    return body.events as Json[]; // By docs/contract.md.
  };
  const [update, create] = await events();
  expect(create).toMatchObject({ action: "budget.create", before: null, actor: "admin" });
  expect(update).toMatchObject({
    action: "budget.update",
    before: { monthly_usd: { N: "40" } },
    after: { monthly_usd: { N: "60" } },
  });
  const rollBack = (event: Json | undefined) =>
    app.admin.post(`/api/budgets/agent%3A${key}/rollback`, { event_id: event?.event_id });
  expect((await rollBack(update)).body.monthly_usd).toBe(40);
  expect((await rollBack(update)).body).toMatchObject({ code: "conflict" });
  expect((await rollBack(create)).status).toBe(409);

  expect((await setBudget(key, null)).status).toBe(204);
  expect((await setBudget(key, null)).status).toBe(404);
  expect((await budgets()).budgets.map((budget) => budget.key)).not.toContain(key);
  const [removal] = await events();
  expect(removal).toMatchObject({ action: "budget.delete", after: null });
  expect((await rollBack(removal)).body.monthly_usd).toBe(40);
});

test("of two concurrent changes of a budget, one gets a conflict with the other's value", async () => {
  const key = unique("raced");
  const answers = await Promise.all([setBudget(key, 1), setBudget(key, 2)]);
  const statuses = answers.map(({ status }) => status).sort();
  expect([
    [200, 409],
    [200, 200],
  ]).toContainEqual(statuses);
  const lost = answers.find(({ status }) => status === 409);
  if (lost) expect(lost.body).toMatchObject({ code: "conflict", current: { key } });
});

test("wrong budgets are refused by field, and viewers set and evaluate none", async () => {
  const refused = async (body: Json) => {
    const answer = await app.admin.put("/api/budgets", body);
    expect(answer.status).toBe(422);
    return (answer.body.errors as Json[]).map(({ path }) => path); // By docs/contract.md.
  };
  expect(await refused({ scope: "team", key: "", monthly_usd: 0 })).toEqual([
    "scope",
    "key",
    "monthly_usd",
  ]);
  expect(await refused({ scope: "provider", key: "gpt", monthly_usd: 1 })).toEqual(["key"]);
  expect(await refused({ scope: "model", key: "gpt-4o", monthly_usd: 1 })).toEqual(["key"]);
  expect(await refused({ scope: "agent", key: "a", monthly_usd: 1, note: "x" })).toEqual(["note"]);
  const body = { scope: "agent", key: "a", monthly_usd: 1 };
  expect((await app.viewer.put("/api/budgets", body)).status).toBe(403);
  expect((await app.viewer.post("/api/budgets/evaluate", {})).status).toBe(403);
});

test("a script evaluates with the API token of an admin, and not with one of a viewer", async () => {
  const stranger = new Caller(app.url, null);
  const evaluateAs = async (role: "admin" | "viewer") => {
    const draft = { name: unique(role), role, expires_in_days: 1 };
    const { body } = await app.admin.post("/api/tokens", draft);
    const bearer = { authorization: `Bearer ${body.token}` };
    return stranger.send("POST", "/api/budgets/evaluate", {}, bearer);
  };
  expect(await evaluateAs("admin")).toMatchObject({ status: 200, body: { alarms: {} } });
  expect(await evaluateAs("viewer")).toMatchObject({ status: 403, body: { code: "forbidden" } });
});

test("budget_exceeded is reported for an agent over its budget until the budget is raised", async () => {
  const key = unique("spender");
  await use(key, 3);
  await setBudget(key, 20);
  await expect.poll(() => progressOf(key), untilRead).toMatchObject({ spent_usd: 30 });
  expect(await progressOf(key)).toMatchObject({ used_percent: 150, state: "exceeded" });
  const [finding] = await findings("budget_exceeded", `agent:${key}`);
  expect(finding).toMatchObject({
    severity: "error",
    subject: { kind: "budget" },
    action: { href: expect.stringContaining("/costs?tab=budgets") },
  });
  await setBudget(key, 100_000);
  expect(await findings("budget_exceeded", `agent:${key}`)).toEqual([]);
});

test("tokens without a price make the progress a minimum, and unknown if nothing is priced", async () => {
  const [some, none] = [unique("partly"), unique("unpriced")];
  await use(some, 1);
  await use(some, 2, "nobody-registered-me");
  await use(none, 2, "nobody-registered-me");
  for (const key of [some, none]) await setBudget(key, 1_000_000);
  await expect
    .poll(() => progressOf(some), untilRead)
    .toMatchObject({
      spent_usd: 10,
      unpriced_tokens: 2_000_000,
      state: "within",
    });
  expect(await progressOf(none)).toMatchObject({
    spent_usd: null,
    used_percent: null,
    unpriced_tokens: 2_000_000,
    state: "unknown",
  });
});

test("usage_unusual is reported for a sudden day, but not if earlier days were similar or it was dismissed", async () => {
  const [sudden, usual] = [unique("sudden"), unique("usual")];
  for (const key of [sudden, usual]) await use(key, 6);
  const seen = (id: string) => findings("usage_unusual", id);
  await expect.poll(() => seen(usual), untilRead).toHaveLength(1);
  expect(await seen(sudden)).toMatchObject([
    {
      severity: "warning",
      subject: { kind: "agent", id: sudden },
      action: { href: expect.stringContaining(`within=${sudden}`) },
    },
  ]);
  for (let ago = 1; ago <= 15; ago++) {
    await use(usual, 5, "dear", new Date(minutesAgo.getTime() - ago * dayMs));
  }
  await expect.poll(() => seen(usual), untilRead).toEqual([]);
  await app.admin.post("/api/checks/dismiss", {
    code: "usage_unusual",
    subject: { kind: "agent", id: sudden },
    reason: "a planned re-run",
  });
  expect(await seen(sudden)).toEqual([]);
});

test("evaluating publishes each budget, creates one alarm per budget, and deletes those of removed budgets", async () => {
  const [over, within] = [unique("over"), unique("within")];
  await use(over, 7);
  await use(within, 1);
  await setBudget(over, 50);
  await setBudget(within, 1_000);
  await expect.poll(() => progressOf(within), untilRead).toMatchObject({ spent_usd: 10 });

  const first = await evaluate();
  expect(first.alarms.written).toContain(`switchboard-prod/budget/agent:${over}`);
  expect(first.unusual.map(({ key }) => key)).toContain(over);
  expect(first.unusual.map(({ key }) => key)).not.toContain(within);
  // A new period of five minutes may begin between the two: then it is published once more.
  const stateOf = async (name: string) => {
    await evaluate();
    return alarm(name);
  };
  const state = { timeout: 60_000 };
  await expect
    .poll(() => stateOf(`budget/agent:${over}`), state)
    .toMatchObject({
      StateValue: "ALARM",
      MetricName: "BudgetUsedPercent",
      AlarmActions: [topic],
      OKActions: [topic],
    });
  await expect
    .poll(() => stateOf(`budget/agent:${within}`), state)
    .toMatchObject({ StateValue: "OK" });
  await expect
    .poll(() => stateOf(`usage/agent:${over}`), state)
    .toMatchObject({ StateValue: "ALARM" });
  await expect
    .poll(() => stateOf(`usage/agent:${within}`), state)
    .toMatchObject({ StateValue: "OK" });
  const [again, copy] = await Promise.all([evaluate(), evaluate()]);
  expect([again.alarms, copy.alarms]).toEqual([
    { written: [], deleted: [], remaining: 0 },
    { written: [], deleted: [], remaining: 0 },
  ]);

  await setBudget(over, null);
  expect((await evaluate()).alarms.deleted).toEqual([`switchboard-prod/budget/agent:${over}`]);
  expect(await alarm(`budget/agent:${over}`)).toBeUndefined();
  expect(await alarm(`budget/agent:${within}`)).toBeDefined();
});

test("while CloudWatch throttles, other checks run, the list says why it is stale, and nothing stale is published", async () => {
  const name = unique("unmapped");
  await app.aws.put(tables.agents, agentRow(name, "openai", "nowhere"));
  const heal = app.proxy.inject({ operation: "GetMetricData" }, throttled);
  try {
    await expect
      .poll(async () => (await checks()).unchecked, untilRead)
      .toContainEqual(expect.stringMatching(/^Budgets and unusual usage .*throttling/));
    expect(await findings("agent_model_missing", `${name}/v1.0`)).toHaveLength(1);
    expect((await budgets()).stale_because).toContain("throttling");
    const { status, body } = await app.admin.post("/api/budgets/evaluate", {});
    expect([status, body.code]).toEqual([502, "aws_unavailable"]);
  } finally {
    heal();
  }
  await expect
    .poll(async () => (await checks()).unchecked.join(), untilRead)
    .not.toContain("Budgets");
});
