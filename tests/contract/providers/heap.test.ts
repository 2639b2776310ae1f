import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { type ProviderId, providerIds } from "@/lib/providers/schema";
import { answers } from "@/tests/support/provider-answers";
import { type ReceivedRequest, type Replay, startReplay } from "@/tests/support/replay-server";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const warmUp = 400;
const count = 2000;

function answerTo({ path, body }: ReceivedRequest): Replay {
  const provider: ProviderId = providerIds.find((id) => path.startsWith(`/${id}/`)) ?? "openai";
  if (body.includes("refuse")) return { status: 429, body: ["{}"] };
  const streams = body.includes('"stream":true') || /stream/i.test(path);
  return streams ? answers[provider].streamed : answers[provider].whole;
}

it("two thousand completions of every kind leak no memory", async () => {
  const server = await startReplay(answerTo);
  const script = ["--import", "tsx", "tests/support/completions-process.ts"];
  const args = [server.url, String(warmUp), String(count)];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=react-server", "--expose-gc", ...script, ...args],
    { cwd: root, env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "test" } },
  );
  await server.stop();
  const { requests, before, after } = JSON.parse(stdout);
  expect(requests).toBe(warmUp + count);
  expect(server.requests).toHaveLength(warmUp + count);
  expect(after / before).toBeLessThan(1.1);
});
