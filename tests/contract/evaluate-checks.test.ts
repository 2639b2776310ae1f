import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { dropBeforeForward } from "../support/fault-proxy";
import { agentRow, type Json, modelRow, tables, unique } from "./console";
import { startUsageConsole } from "./usage-console";

type Post = { text: string; attachments: object[]; opened: Json[]; resolved: string[] };

const topic = "arn:aws:sns:eu-west-1:000000000000:alerts";
const posts: Post[] = [];
let status = 200;
const hook = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  posts.push(JSON.parse(body));
  response.writeHead(status).end();
});
let app: Awaited<ReturnType<typeof startUsageConsole>>;

beforeAll(async () => {
  hook.listen(0, "127.0.0.1");
  await once(hook, "listening");
  // A listening TCP server has an AddressInfo.
  const { port } = hook.address() as AddressInfo;
  app = await startUsageConsole({
    NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`,
    ALARM_TOPIC_ARN: topic,
  });
  // Its provider's missing key is found before the tests begin.
  await app.aws.put(tables.models, modelRow("openai", "known"));
  await app.aws.put(tables.agents, agentRow("sound", "openai", "known"));
});

beforeEach(() => {
  posts.length = 0;
  app.proxy.calls.length = 0;
  status = 200;
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
  await evaluate();
  posts.length = 0;
  app.proxy.calls.length = 0;
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

test("what can't be sent is sent by the next evaluation, to that place alone", async () => {
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
