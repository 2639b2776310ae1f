import { afterAll, beforeAll, expect, test } from "vitest";
import { startReplay } from "../support/replay-server";
import type { Console } from "./running-console";
import { startConsole } from "./running-console";

let provider: Awaited<ReturnType<typeof startReplay>>;
let app: Console;

beforeAll(async () => {
  const list = JSON.stringify({ object: "list", data: [{ id: "gpt-4o", object: "model" }] });
  provider = await startReplay({
    headers: { "content-type": "application/json" },
    body: [list],
  });
  app = await startConsole({
    seed: "none",
    env: { OPENAI_BASE_URL: `${provider.url}/v1`, RATE_LIMIT_LISTINGS: "30" },
  });
  const saved = await app.admin.put("/api/providers/openai/key", { api_key: "sk-listed-1" });
  expect(saved.status, saved.text).toBe(200);
});
afterAll(async () => {
  await app?.stop();
  await provider?.stop();
});

const path = "/api/providers/openai/available-models";

test("however often a viewer looks, the provider is asked once for each key", async () => {
  const before = provider.requests.length;
  const together = await Promise.all([1, 2, 3].map(() => app.viewer.get(path)));
  for (const { status, text } of together) expect(status, text).toBe(200);
  const later = await app.viewer.get(path);
  expect(later.body.as_of).toBe(together[0]?.body.as_of);
  expect((await app.admin.get(path)).status).toBe(200);
  expect(provider.requests.length - before).toBe(1);
  await app.admin.put("/api/providers/openai/key", { api_key: "sk-listed-2" });
  expect((await app.viewer.get(path)).status).toBe(200);
  expect(provider.requests.length - before).toBe(2);
  expect(provider.requests.at(-1)?.headers.authorization).toBe("Bearer sk-listed-2");
});

test("an admin may have it asked again, and a viewer may not", async () => {
  const before = provider.requests.length;
  expect((await app.admin.get(`${path}?refresh=true`)).status).toBe(200);
  expect(provider.requests.length - before).toBe(1);
  expect(await app.viewer.get(`${path}?refresh=true`)).toMatchObject({
    status: 403,
    body: { code: "forbidden" },
  });
  expect(provider.requests.length - before).toBe(1);
});

test("who looks without end is told to wait", async () => {
  const statuses: number[] = [];
  while (statuses.length < 70 && statuses.at(-1) !== 429) {
    statuses.push((await app.viewer.get(path)).status);
  }
  expect(statuses.at(-1)).toBe(429);
});
