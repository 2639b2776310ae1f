import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { providerDetails } from "@/lib/providers/rules/details";
import { providerIds } from "@/lib/providers/schema";
import type { Trial, TrialList } from "@/lib/trials/schema";
import { basePaths } from "../../scripts/simulator/routes";
import { type GatedCall, startProviderGate } from "../support/provider-gate";
import { startServiceProcess } from "../support/service-processes";
import { agentPath } from "./console";
import { type Console, startConsole } from "./running-console";

let app: Console;
let gate: Awaited<ReturnType<typeof startProviderGate>>;
let processes: ReturnType<typeof startServiceProcess>[] = [];

const path = agentPath("research-agent", "v1.0");
const messages = Array.from({ length: 5 }, (_, index) => `Who is Company ${index}?`);
const request = {
  targets: [{ provider: "openai", model_id: "gpt-4o-mini" }],
  cases: { messages: messages.map((content) => [{ role: "user", content }]) },
  limit_usd: 1,
};
/** With the present model. */
const cells = 2 * messages.length;
/** Calls to one provider at a time. */
const concurrency = 4;

beforeAll(async () => {
  app = await startConsole({ seed: "default" });
  gate = await startProviderGate(app.simulatorUrl, basePaths.openai);
});

afterEach(async () => {
  for (const process of processes) process.kill();
  await Promise.all(processes.map(({ exit }) => exit));
  processes = [];
  gate.reset();
});

afterAll(async () => {
  gate?.stop();
  await app?.stop();
});

/** A copy of the console whose calls to OpenAI pass the gate. */
function startCopy(...args: string[]) {
  const bases = providerIds.map((id) => [
    providerDetails[id].base_url_variable,
    id === "openai" ? gate.baseUrl : app.simulatorUrl + basePaths[id],
  ]);
  const variables = {
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: app.awsUrl,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    NEXTAUTH_URL: app.url,
    NEXTAUTH_SECRET: "a secret of the tests, long enough",
    ...Object.fromEntries(bases),
  };
  const process = startServiceProcess(variables, "prod", args);
  processes.push(process);
  return process;
}

const startTrial = () => startCopy("try", "research-agent", JSON.stringify(request));

/** The newest trial, once it is as expected. */
async function newest(isExpected: (trial: Trial) => boolean): Promise<Trial> {
  let found: Trial | null = null;
  await expect
    .poll(
      async () => {
        const list = await app.admin.get(`${path}/trials`);
        const [trial] = (list.body as TrialList).trials; // By the contract, like the next.
        if (!trial) return false;
        found = (await app.admin.get(`${path}/trials/${trial.id}`)).body as Trial;
        return isExpected(found);
      },
      { interval: 100, timeout: 200_000 },
    )
    .toBe(true);
  if (!found) throw new Error("There is no trial.");
  return found;
}

const rateLimited = (seconds: number) => ({
  status: 429,
  headers: { "retry-after": String(seconds) },
  body: JSON.stringify({
    error: { message: "Slow down.", type: "requests", code: "rate_limit_exceeded" },
  }),
});

const nameOf = ({ model, message }: GatedCall) => `${model}: ${message}`;
const never = () => new Promise<never>(() => {});

test("a trial goes on after its console was killed, and makes no recorded call again", async () => {
  gate.decide = async (_, number) => (number > 3 ? never() : null);
  const first = startTrial();
  await newest(({ calls }) => calls.done === 3 && gate.calls.length === 3 + concurrency);
  const before = gate.calls.map(nameOf);
  first.kill();
  expect(await first.exit).toBe("SIGKILL");
  gate.decide = async () => null;
  const second = startCopy("resume-trials", "research-agent");
  expect(await second.exit, second.errors()).toBe(0);
  const trial = await newest(({ status }) => status !== "running");
  expect([trial.status, trial.calls]).toEqual(["done", { total: cells, done: cells }]);
  const again = gate.calls.slice(before.length).map(nameOf);
  const unfinished = before.slice(3);
  expect(again.filter((name) => before.includes(name)).toSorted()).toEqual(unfinished.toSorted());
  expect(new Set([...before, ...again]).size).toBe(cells);
  expect(again.length).toBe(cells - 3);
  // Nobody knows what the lost calls cost, so they count at the most that they may.
  const known = trial.targets.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0);
  expect(trial.spent_usd).toBeGreaterThan(known);
  expect(trial.spent_usd).toBeLessThan(request.limit_usd);
});

test("a trial waits as long as the provider asks, and counts no refusal as a failure", async () => {
  const waitSeconds = 3;
  let arrived = () => {};
  const all = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  let refusedAt = 0;
  gate.decide = async (_, number) => {
    if (number > concurrency) return null;
    if (number === concurrency) arrived();
    await all;
    refusedAt = performance.now();
    return rateLimited(waitSeconds);
  };
  const copy = startTrial();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await newest(({ status }) => status !== "running");
  expect(trial.targets.map(({ ok, of }) => [ok, of])).toEqual([
    [messages.length, messages.length],
    [messages.length, messages.length],
  ]);
  const later = gate.calls.slice(concurrency);
  expect(later.length).toBe(cells);
  // A timer may be a little early.
  for (const { at } of later) expect(at - refusedAt).toBeGreaterThan(waitSeconds * 1000 - 100);
  expect(gate.maxInProgress()).toBe(concurrency);
});

test("a stopped trial sends nothing more, keeps the answers in progress, and can be resumed", async () => {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  gate.decide = async () => {
    await released;
    return null;
  };
  const copy = startTrial();
  const { id } = await newest(() => gate.calls.length === concurrency);
  expect((await app.admin.post(`${path}/trials/${id}/stop`, {})).status).toBe(200);
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  const stopped = await newest(({ calls }) => calls.done === concurrency);
  expect([stopped.status, stopped.missing]).toEqual(["stopped", "admin stopped it."]);
  expect(gate.calls.length).toBe(concurrency);
  await app.admin.post(`${path}/trials/${id}/resume`, {});
  const done = await newest(({ status }) => status !== "running");
  expect([done.status, done.calls.done]).toEqual(["done", cells]);
  expect(gate.calls.length).toBe(concurrency);
});

test("a stopped trial doesn't wait any longer for what a provider asked", async () => {
  gate.decide = async () => rateLimited(250);
  const copy = startTrial();
  const { id } = await newest(() => gate.calls.length === concurrency);
  expect((await app.admin.post(`${path}/trials/${id}/stop`, {})).status).toBe(200);
  const startedAt = performance.now();
  expect(await copy.exit, copy.errors()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(200_000);
  expect((await newest(() => true)).status).toBe("stopped");
});

test("a longer wait than five minutes counts as the failure that the run would end with", async () => {
  gate.decide = async () => rateLimited(3600);
  const copy = startTrial();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await newest(({ status }) => status !== "running");
  expect(trial.targets.map(({ ok, of }) => [ok, of])).toEqual([
    [0, messages.length],
    [0, messages.length],
  ]);
  expect(gate.calls.length).toBe(cells);
});
