import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { listen } from "@/tests/support/listen";
import { killAfterForward } from "../support/fault-proxy";
import { startServiceProcess } from "../support/service-processes";
import { agentRow, modelRow, tables, unique } from "./console";
import { startUsageConsole } from "./usage-console";

type Post = { opened: { subject: { id: string } }[] };

const topic = "arn:aws:sns:eu-west-1:000000000000:alerts";
const posts: Post[] = [];
let held: Promise<void> | null = null;
const hook = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  posts.push(JSON.parse(body));
  await held;
  response.writeHead(200).end();
});
let app: Awaited<ReturnType<typeof startUsageConsole>>;
let variables: Record<string, string>;
let broken: string[] = [];

beforeAll(async () => {
  const port = await listen(hook);
  const places = { NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${port}/hook`, ALARM_TOPIC_ARN: topic };
  app = await startUsageConsole(places);
  variables = {
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: app.proxy.url,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    NEXTAUTH_URL: app.url,
    NEXTAUTH_SECRET: "a secret of the tests, long enough",
    ...places,
  };
  await app.aws.put(tables.models, modelRow("openai", "known"));
  await app.aws.put(tables.agents, agentRow("sound", "openai", "known"));
});

// What was broken before the test is sent before it begins.
beforeEach(async () => {
  await evaluate();
  posts.length = 0;
  app.proxy.calls.length = 0;
});

afterEach(async () => {
  held = null;
  for (const name of broken) await app.aws.remove(tables.agents, app.aws.agentKey(name));
  broken = [];
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

const startProcess = () => startServiceProcess(variables, "prod", ["evaluate"]);

/** An agent whose next run fails, for its model has no row. */
async function breakAgent(): Promise<string> {
  const name = unique("broken");
  await app.aws.put(tables.agents, agentRow(name, "openai", "nowhere"));
  broken.push(name);
  return name;
}

const timesPosted = (name: string) =>
  posts.filter(({ opened }) => opened.some(({ subject }) => subject.id === `${name}/v1.0`)).length;
const timesPublished = (name: string) =>
  app.proxy.calls
    .map(({ body }) => new URLSearchParams(body))
    .filter((form) => form.get("Action") === "Publish" && form.get("Message")?.includes(name))
    .length;

/** As if two minutes had passed since a process claimed to send. */
async function endClaims(): Promise<void> {
  for (const sk of ["findings", "findings-topic"]) {
    const key = { pk: { S: "notified" }, sk: { S: sk } };
    const past = new Date(Date.now() - 1_000).toISOString();
    await app.aws.set(tables.management, key, "claimed_until", { S: past });
  }
}

test("two processes that found the same error send it once", async () => {
  const name = await breakAgent();
  // Both have read what was sent last before either claims to send.
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let reads = 0;
  const remove = app.proxy.inject(
    { operation: "GetItem", containing: '"notified"' },
    async ({ forward, reply }) => {
      const answer = await forward();
      reads += 1;
      // Each reads for the webhook and for the topic.
      if (reads === 4) release();
      await released;
      reply(answer);
    },
  );
  const processes = [startProcess(), startProcess()];
  for (const process of processes) expect(await process.exit, process.errors()).toBe(0);
  remove();
  expect([timesPosted(name), timesPublished(name)]).toEqual([1, 1]);
  expect(await evaluate()).toMatchObject({ notified: { opened: 0 }, topic: { opened: 0 } });
});

const steps: [string, Parameters<(typeof app)["proxy"]["inject"]>[0]][] = [
  ["reads what was sent", { operation: "GetItem", containing: '"notified"', nth: 1 }],
  ["claims one place", { operation: "UpdateItem", containing: "claimed_until = ", nth: 1 }],
  ["claims the other place", { operation: "UpdateItem", containing: "claimed_until = ", nth: 2 }],
  ["publishes to the topic", { containing: "Action=Publish", nth: 1 }],
  [
    "notes what one place got",
    { operation: "UpdateItem", containing: "REMOVE claimed_by", nth: 1 },
  ],
  [
    "notes what the other got",
    { operation: "UpdateItem", containing: "REMOVE claimed_by", nth: 2 },
  ],
];

test.each(steps)(
  "an error reaches both places although a process is killed once it %s",
  async (_, match) => {
    const name = await breakAgent();
    const process = startProcess();
    const remove = app.proxy.inject(match, killAfterForward(process.kill));
    expect(await process.exit, process.errors()).toBe("SIGKILL");
    remove();
    await evaluate();
    await endClaims();
    await evaluate();
    for (const times of [timesPosted(name), timesPublished(name)]) {
      expect(times).toBeGreaterThanOrEqual(1);
      expect(times).toBeLessThanOrEqual(2);
    }
    expect(await evaluate()).toMatchObject({ notified: { opened: 0 }, topic: { opened: 0 } });
  },
);

test("an error that a process was posting when it was killed waits for its claim to end", async () => {
  const name = await breakAgent();
  held = new Promise(() => {});
  const process = startProcess();
  await expect.poll(() => posts.length, { timeout: 60_000 }).toBe(1);
  process.kill();
  await process.exit;
  held = null;
  expect(await evaluate()).toMatchObject({ notified: { opened: 1, sent: false } });
  await endClaims();
  expect(await evaluate()).toMatchObject({ notified: { opened: 1, sent: true } });
  expect(timesPosted(name)).toBe(2);
  expect(await evaluate()).toMatchObject({ notified: { opened: 0 } });
});
