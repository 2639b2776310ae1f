import { createServer } from "node:http";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { listen } from "@/tests/support/listen";

let url: string;
let close: () => void;

beforeAll(async () => {
  vi.resetModules();
  vi.stubEnv("AWS_REGION", "eu-west-1");
  vi.stubEnv("NEXTAUTH_URL", "http://localhost:3000");
  vi.stubEnv("NEXTAUTH_SECRET", "x".repeat(32));
  vi.stubEnv("LOG_LEVEL", "error");
  const { rejectUnroutable } = await import("@/lib/http/front-door");
  const server = createServer((request, response) => {
    if (!rejectUnroutable(request, response)) response.end(request.url);
  });
  url = `http://127.0.0.1:${await listen(server)}`;
  close = () => server.close();
});
afterAll(() => {
  close();
  vi.unstubAllEnvs();
});

it("answers whoever is still sending a large body", async () => {
  for (const connection of ["close", "keep-alive"]) {
    const answer = await fetch(`${url}/models`, {
      method: "POST",
      headers: { connection },
      body: "x".repeat(9_000_000),
    });
    expect(answer.status).toBe(405);
    expect(await answer.json()).toMatchObject({ code: "method_not_allowed" });
  }
});

it("answers a HEAD without a body, and lets others through", async () => {
  const refused = await fetch(`${url}/api`, { method: "HEAD" });
  expect([refused.status, await refused.text()]).toEqual([404, ""]);
  expect(await (await fetch(`${url}/api/models?q=%`)).text()).toBe("/api/models?q=%");
  expect(await (await fetch(`${url}/agents/%25/v1.0`)).text()).toBe("/agents/%25/v1.0");
});
