import { afterAll, beforeAll, expect, test } from "vitest";
import { type ReplayServer, startReplay } from "../support/replay-server";
import { type Console, startConsole } from "./running-console";

let app: Console;
let provider: ReplayServer;

beforeAll(async () => {
  const headers = { "content-type": "application/json", "retry-after": "21" };
  const body = [JSON.stringify({ error: { message: "Rate limit reached" } })];
  provider = await startReplay({ status: 429, headers, body });
  app = await startConsole({ seed: "none", env: { OPENAI_BASE_URL: `${provider.url}/v1` } });
  await app.admin.put("/api/providers/openai/key", { api_key: "sk-refused" });
});
afterAll(async () => {
  await app?.stop();
  await provider?.stop();
});

const ask = (stream: boolean) => {
  const body = { provider: "openai", model_id: "gpt-4o", prompt: "Hi", stream };
  return app.admin.raw("POST", "/api/completions", body);
};

test("a problem passes on the provider's time to wait", async () => {
  const response = await ask(false);
  expect([response.status, response.headers.get("retry-after")]).toEqual([502, "21"]);
  expect(await response.json()).toMatchObject({ code: "rate_limited", retry_after: 21 });
});

test("a stream passes on the provider's time to wait", async () => {
  const response = await ask(true);
  expect(response.status).toBe(200);
  expect(await response.text()).toMatch(/^event: error\ndata: .*"retry_after":21\b/m);
});
