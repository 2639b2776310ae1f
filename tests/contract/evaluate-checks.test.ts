import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { listen } from "@/tests/support/listen";
import { dropBeforeForward, serverError } from "../support/fault-proxy";
import { agentRow, type Json, modelRow, tables, unique } from "./console";
import { startUsageConsole } from "./usage-console";

type Post = { text: string; attachments: object[]; opened: Json[]; resolved: string[] };

const topic = "arn:aws:sns:eu-west-1:000000000000:alerts";
const posts: Post[] = [];
let status = 200;
let held: Promise<void> | null = null;
const hook = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  posts.push(JSON.parse(body));
  await held;
  response.writeHead(status).end();
});
let app: Awaited<ReturnType<typeof startUsageConsole>>;

beforeAll(async () => {
  const port = await listen(hook);
  app = await startUsageConsole({
    NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
    ALARM_TOPIC_ARN: topic,
  });
  // Its provider's missing key is found before the tests begin.
  await app.aws.put(tables.models, modelRow("openai", "known"));
  await app.aws.put(tables.agents, agentRow("sound", "openai", "known"));
});

// What was broken before the test is sent before it begins.
beforeEach(async () => {
  status = 200;
  await evaluate();
  posts.length = 0;
  app.proxy.calls.length = 0;
});

afterAll(async () => {
  await app?.stop();
  hook.close();
});

const evaluate = async () => {
  const { status, body, text } = await app.admin.post("/api/checks/evaluate", undefined);
  expect(status, text).toBe(200);
  return body;
};

/** What SNS was asked to publish. */
const published = () =>
  app.proxy.calls
    .map(({ body }) => new URLSearchParams(body))
    .filter((form) => form.get("Action") === "Publish");

/** An agent whose next run fails, for its model has no row. */
async function breakAgent() {
  const name = unique("broken");
  const prompt = { system_prompt: { S: "The password is swordfish." } };
  await app.aws.put(tables.agents, agentRow(name, "openai", "nowhere", prompt));
  return name;
}

const repair = (name: string) => app.aws.remove(tables.agents, app.aws.agentKey(name));

test("an error is sent once to the webhook and to the topic, and so is its end", async () => {
  const name = await breakAgent();
  const results = await Promise.all([evaluate(), evaluate(), evaluate()]);
  const sent = (channel: "notified" | "topic") =>
    results.filter((result) => (result[channel] as { sent: boolean }).sent);
  expect([sent("notified"), sent("topic")].map(({ length }) => length)).toEqual([1, 1]);
  expect(posts).toHaveLength(1);
  expect(posts[0]?.opened).toMatchObject([{ code: "agent_model_missing", severity: "error" }]);
  expect(posts[0]?.text).toMatch(/^Switchboard prod: 1 new error, 0 resolved\. http/);
  expect(posts[0]?.attachments).toMatchObject([
    { contentType: "application/vnd.microsoft.card.adaptive", content: { type: "AdaptiveCard" } },
  ]);
  expect(published()).toHaveLength(1);
  expect(published()[0]?.get("TopicArn")).toBe(topic);
  expect(published()[0]?.get("Subject")).toBe("Switchboard prod: 1 new error, 0 resolved");
  expect(published()[0]?.get("Message")).toContain(name);
  const everything = JSON.stringify(posts) + published().join();
  expect(everything).not.toContain("swordfish");
  await repair(name);
  expect(await evaluate()).toMatchObject({
    notified: { opened: 0, resolved: 1, sent: true },
    topic: { opened: 0, resolved: 1, sent: true },
  });
  expect(posts[1]?.resolved).toEqual([`agent_model_missing agent:${name}/v1.0`]);
  expect(await evaluate()).toMatchObject({ notified: { sent: false }, topic: { sent: false } });
});

test("an evaluation sends what the one before couldn't, to the channel that failed only", async () => {
  const name = await breakAgent();
  status = 500;
  expect(await evaluate()).toMatchObject({
    notified: { sent: false, failure: "The webhook answered 500." },
    topic: { sent: true, failure: null },
  });
  status = 200;
  expect(await evaluate()).toMatchObject({
    notified: { opened: 1, sent: true },
    topic: { opened: 0, sent: false },
  });
  await repair(name);
  const restore = app.proxy.inject({ containing: "Action=Publish" }, dropBeforeForward);
  expect(await evaluate()).toMatchObject({
    notified: { resolved: 1, sent: true },
    topic: { resolved: 1, sent: false, failure: expect.stringContaining("AWS") },
  });
  restore();
  expect(await evaluate()).toMatchObject({ topic: { resolved: 1, sent: true } });
});

/** Holds back what waits for it until it is released. */
function hold() {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { released, release };
}

test("while one copy sends, another sends nothing", async () => {
  const name = await breakAgent();
  const { released, release } = hold();
  held = released;
  const first = evaluate();
  await expect.poll(() => posts.length, { timeout: 60_000 }).toBe(1);
  expect(await evaluate()).toMatchObject({ notified: { opened: 1, sent: false, failure: null } });
  release();
  held = null;
  expect(await first).toMatchObject({ notified: { opened: 1, sent: true } });
  expect(posts).toHaveLength(1);
  await repair(name);
});

test("another copy sends what a copy had claimed before it ended", async () => {
  const name = await breakAgent();
  const key = { pk: { S: "notified" }, sk: { S: "findings" } };
  const row = await app.aws.find(tables.management, key);
  const claim = (ms: number) => {
    const until = new Date(Date.now() + ms).toISOString();
    const claimed = { claimed_by: { S: "a copy that is gone" }, claimed_until: { S: until } };
    return app.aws.put(tables.management, { ...row, ...key, ...claimed });
  };
  await claim(60_000);
  expect(await evaluate()).toMatchObject({ notified: { opened: 1, sent: false } });
  expect(posts).toEqual([]);
  await claim(-1_000);
  expect(await evaluate()).toMatchObject({ notified: { opened: 1, sent: true } });
  expect(posts).toHaveLength(1);
  await repair(name);
});

test("an evaluation that read before another sent does not take its news back", async () => {
  const name = await breakAgent();
  const { released, release } = hold();
  // Usage reads the agents' names by itself, for all evaluations at once.
  const isOfChecks = (body: string) => body.includes(tables.agents) && !body.includes("Projection");
  let isHolding = true;
  const remove = app.proxy.inject(
    { operation: "Scan", containing: tables.agents },
    async ({ call, forward, reply }) => {
      const isHeld = isHolding && isOfChecks(call.body);
      const answer = await forward();
      if (isHeld) await released;
      reply(answer);
    },
  );
  const scans = () => app.proxy.calls.filter(({ body }) => isOfChecks(body)).length;
  const older = evaluate();
  await expect.poll(scans, { timeout: 60_000 }).toBeGreaterThan(0);
  await repair(name);
  const second = await breakAgent();
  isHolding = false;
  const newer = await evaluate();
  release();
  remove();
  const late = await older;
  const sent = [newer, late].filter(({ notified }) => (notified as { sent: boolean }).sent);
  expect(sent).toHaveLength(1);
  const opened = posts.flatMap(({ opened }) => opened.map(({ subject }) => subject));
  expect(opened).toEqual([{ kind: "agent", id: `${second}/v1.0` }]);
  await repair(second);
});

test("an evaluation is started without waiting for its end, once at a time", async () => {
  const name = await breakAgent();
  const { released, release } = hold();
  held = released;
  const start = () => app.admin.post("/api/checks/evaluate/start", undefined);
  expect(await start()).toMatchObject({ status: 202, body: { already_running: false } });
  await expect.poll(() => posts.length, { timeout: 60_000 }).toBe(1);
  expect(await start()).toMatchObject({ status: 202, body: { already_running: true } });
  release();
  held = null;
  const isIdle = async () => !(await start()).body.already_running;
  await expect.poll(isIdle, { timeout: 60_000 }).toBe(true);
  expect(posts).toHaveLength(1);
  expect((await app.viewer.post("/api/checks/evaluate/start", undefined)).status).toBe(403);
  await repair(name);
});

test("errors are sent although budgets can't be published", async () => {
  const name = await breakAgent();
  const restore = app.proxy.inject({ operation: "DescribeAlarms" }, serverError);
  expect(await evaluate()).toMatchObject({
    alarms: null,
    unpublished: expect.stringContaining("AWS answered 500"),
    notified: { opened: 1, sent: true },
  });
  restore();
  await repair(name);
});

test("the counts of findings are published by severity", async () => {
  const name = await breakAgent();
  const { by_severity, uncounted } = await evaluate();
  expect(uncounted).toBeNull();
  const put = app.proxy.calls.find(({ body }) => body.includes('"Findings"'));
  const { MetricData } = JSON.parse(put?.body ?? "{}") as { MetricData: Json[] };
  const { error } = by_severity as { error: number };
  expect(error).toBeGreaterThan(0);
  expect(MetricData).toMatchObject([
    { Dimensions: [{ Name: "severity", Value: "error" }, { Name: "environment" }], Value: error },
    { Dimensions: [{ Value: "warning" }, {}] },
    { Dimensions: [{ Value: "info" }, {}] },
  ]);
  await repair(name);
});

test("a viewer can't evaluate", async () => {
  expect((await app.viewer.post("/api/checks/evaluate", undefined)).status).toBe(403);
});
