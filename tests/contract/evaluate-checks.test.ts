import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Console, startConsole } from "./running-console";

type Post = { text: string; opened: { code: string }[]; resolved: string[] };

const posts: Post[] = [];
let status = 200;
const hook = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  posts.push(JSON.parse(body));
  response.writeHead(status).end();
});
let app: Console;

beforeAll(async () => {
  hook.listen(0, "127.0.0.1");
  await once(hook, "listening");
  // A listening TCP server has an AddressInfo.
  const { port } = hook.address() as AddressInfo;
  app = await startConsole({ env: { NOTIFY_WEBHOOK_URL: `http://127.0.0.1:${port}/hook` } });
});

afterAll(async () => {
  await app?.stop();
  hook.close();
});

const evaluate = async () => (await app.admin.post("/api/checks/evaluate", undefined)).body;

test("an evaluation that can't notify tries again, then notifies once of what is new", async () => {
  status = 500;
  expect(await evaluate()).toMatchObject({
    notified: { sent: false, failure: "The webhook answered 500." },
  });
  status = 200;
  expect(await evaluate()).toMatchObject({ unpublished: null, notified: { sent: true } });
  expect(posts[1]?.opened.map(({ code }) => code)).toContain("agent_model_missing");
  expect(posts[1]?.text).toMatch(/^Switchboard prod: \d+ new, 0 resolved\./);
  expect(await evaluate()).toMatchObject({ notified: { opened: 0, resolved: 0, sent: false } });
  expect(posts).toHaveLength(2);
});

test("a viewer can't evaluate", async () => {
  expect((await app.viewer.post("/api/checks/evaluate", undefined)).status).toBe(403);
});
