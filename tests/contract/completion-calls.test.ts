import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startFaultProxy } from "../support/fault-proxy";
import { startCompletionConsole, startCopy } from "./completion-console";

let app: Awaited<ReturnType<typeof startCompletionConsole>>;
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
let copy: Awaited<ReturnType<typeof startCopy>>;

beforeAll(async () => {
  app = await startCompletionConsole();
  proxy = await startFaultProxy({ dynamodb: app.awsUrl, secretsmanager: app.awsUrl });
  copy = await startCopy(proxy.url, { KEY_CACHE_SECONDS: "30" });
});

beforeEach(async () => {
  await app.reset();
  // A change by the console itself.
  await copy.admin.put("/api/providers/openai/key", { api_key: "sandbox-openai" });
});

afterAll(async () => {
  await copy?.stop();
  proxy?.stop();
  await app?.stop();
});

const body = { provider: "openai", model_id: "gpt-4o", prompt: "Hi", stream: false };
const complete = () => copy.admin.post("/api/completions", body);

async function callsOf(act: () => Promise<unknown>): Promise<string[]> {
  proxy.calls.length = 0;
  await act();
  return proxy.calls.map(({ operation }) => operation).sort();
}

test("a completion reads and writes four times, and none of the reads waits for another", async () => {
  await complete();
  expect(await callsOf(complete)).toEqual(["GetItem", "GetItem", "UpdateItem", "UpdateItem"]);
  // Each of the three is answered only when all have arrived.
  const before = ["session#", "rate#", "openai#gpt-4o"];
  let arrived = 0;
  let open = () => {};
  const all = new Promise<void>((resolve) => {
    open = resolve;
  });
  const remove = before.map((containing) =>
    proxy.inject({ containing, nth: 1 }, async ({ forward, reply }) => {
      arrived += 1;
      if (arrived === before.length) open();
      await all;
      reply(await forward());
    }),
  );
  expect((await complete()).status).toBe(200);
  for (const end of remove) end();
});

test("completions at the same time share one read of the secret", async () => {
  const calls = await callsOf(() => Promise.all([complete(), complete(), complete()]));
  expect(calls.filter((operation) => operation === "GetSecretValue")).toHaveLength(1);
});

test("a key that somebody replaced is used at once when the provider refuses the old one", async () => {
  await app.setKey("openai", "sandbox-wrong");
  await copy.admin.put("/api/providers/xai/key", { api_key: "sandbox-xai" });
  expect((await complete()).body).toMatchObject({ code: "bad_key" });
  await app.setKey("openai", "sandbox-repaired");
  expect(await complete()).toMatchObject({ status: 200, body: { stop_reason: "end" } });
});

test("a key that somebody added is used at once", async () => {
  await app.setKey("openai", undefined);
  await copy.admin.put("/api/providers/xai/key", { api_key: "sandbox-xai" });
  expect((await complete()).body).toMatchObject({ code: "key_missing" });
  await app.setKey("openai", "sandbox-added");
  expect(await complete()).toMatchObject({ status: 200, body: { stop_reason: "end" } });
});
