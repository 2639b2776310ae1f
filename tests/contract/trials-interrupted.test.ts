import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { GatedCall } from "../support/provider-gate";
import { tables } from "./console";
import {
  cells,
  callConcurrency as concurrency,
  messages,
  nameOfCall,
  never,
  trialAgentPath as path,
  startTrialCopies,
  trialRequest,
} from "./trial-copies";

type Copies = Awaited<ReturnType<typeof startTrialCopies>>;
let copies: Copies;
let app: Copies["app"];
let gate: Copies["gate"];
let newest: Copies["newest"];

beforeAll(async () => {
  copies = await startTrialCopies();
  ({ app, gate, newest } = copies);
});

afterEach(() => copies.killCopies());

afterAll(() => copies?.stop());

const rateLimited = (seconds: number) => ({
  status: 429,
  headers: { "retry-after": String(seconds) },
  body: JSON.stringify({
    error: { message: "Slow down.", type: "requests", code: "rate_limit_exceeded" },
  }),
});

test("a trial goes on after its console was killed, and makes no recorded call again", async () => {
  gate.decide = async (_, number) => (number > 3 ? never() : null);
  const first = copies.startTrial();
  await newest(({ calls }) => calls.done === 3 && gate.calls.length === 3 + concurrency);
  const before = gate.calls.map(nameOfCall);
  first.kill();
  expect(await first.exit).toBe("SIGKILL");
  gate.decide = async () => null;
  const second = copies.resumeTrials();
  expect(await second.exit, second.errors()).toBe(0);
  const trial = await newest(({ status }) => status !== "running");
  expect([trial.status, trial.calls]).toEqual(["done", { total: cells, done: cells }]);
  const again = gate.calls.slice(before.length).map(nameOfCall);
  const unfinished = before.slice(3);
  expect(again.filter((name) => before.includes(name)).toSorted()).toEqual(unfinished.toSorted());
  expect(new Set([...before, ...again]).size).toBe(cells);
  expect(again.length).toBe(cells - 3);
  // Nobody knows what the lost calls cost, so they count at the most that they may.
  const known = trial.targets.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0);
  expect(trial.spent_usd).toBeGreaterThan(known);
  expect(trial.spent_usd).toBeLessThan(trialRequest.limit_usd);
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
  const copy = copies.startTrial();
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
  const { id, copy, release } = await copies.startHeld();
  await copies.stopTrial(id);
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  const stopped = await newest(({ calls }) => calls.done === concurrency);
  expect([stopped.status, stopped.missing]).toEqual(["stopped", "admin stopped it."]);
  expect(gate.calls.length).toBe(concurrency);
  const done = await copies.resume(id);
  expect([done.status, done.calls.done]).toEqual(["done", cells]);
  expect(gate.calls.length).toBe(concurrency);
});

test("answers that arrive after the texts were deleted leave figures only", async () => {
  const { id, copy, release } = await copies.startHeld();
  await copies.stopTrial(id);
  expect((await app.admin.delete(`${path}/trials/${id}`)).status).toBe(204);
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await newest(({ calls }) => calls.done === concurrency);
  expect(trial.cells.filter(({ text }) => text !== null)).toEqual([]);
  expect(await app.aws.query(tables.management, `trial-texts#${id}`)).toEqual([]);
});

test("a stopped trial doesn't wait any longer for what a provider asked", async () => {
  gate.decide = async () => rateLimited(250);
  const copy = copies.startTrial();
  const { id } = await newest(() => gate.calls.length === concurrency);
  await copies.stopTrial(id);
  const startedAt = performance.now();
  expect(await copy.exit, copy.errors()).toBe(0);
  expect(performance.now() - startedAt).toBeLessThan(200_000);
  expect((await newest(() => true)).status).toBe("stopped");
});

test("a longer wait than five minutes counts as the failure that the run would end with", async () => {
  gate.decide = async () => rateLimited(3600);
  const copy = copies.startTrial();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await newest(({ status }) => status !== "running");
  expect(trial.targets.map(({ ok, of }) => [ok, of])).toEqual([
    [0, messages.length],
    [0, messages.length],
  ]);
  expect(gate.calls.length).toBe(cells);
});

const judge = { provider: "openai", model_id: "gpt-4.1-mini" };
const isOfJudge = ({ model }: GatedCall) => model === judge.model_id;

test("a judge's calls wait as long as the provider asks too", async () => {
  const waitSeconds = 2;
  let refusedAt = 0;
  gate.decide = async (call) => {
    if (!isOfJudge(call) || refusedAt > 0) return null;
    refusedAt = performance.now();
    return rateLimited(waitSeconds);
  };
  const copy = copies.startTrial({ judge });
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await newest(({ status }) => status !== "running");
  expect([trial.status, trial.missing]).toEqual(["done", null]);
  const later = gate.calls.filter((call) => isOfJudge(call) && call.at > refusedAt);
  expect(later.length).toBe(2 * messages.length);
  // A timer may be a little early.
  for (const { at } of later) expect(at - refusedAt).toBeGreaterThan(waitSeconds * 1000 - 100);
});

test("a judge that can't be called ends the trial, which says so and judges once it is resumed", async () => {
  let isRefused = true;
  gate.decide = async (call) =>
    isRefused && isOfJudge(call)
      ? {
          status: 401,
          headers: {},
          body: JSON.stringify({
            error: { message: "Incorrect API key", code: "invalid_api_key" },
          }),
        }
      : null;
  const copy = copies.startTrial({ judge });
  expect(await copy.exit, copy.errors()).toBe(0);
  const stopped = await newest(({ status }) => status !== "running");
  expect([stopped.status, stopped.calls.done]).toEqual(["stopped", cells]);
  expect(stopped.missing).toMatch(/^Not all answers were judged: /);
  expect(stopped.cells.filter(({ verdict }) => verdict !== null)).toEqual([]);
  isRefused = false;
  const done = await copies.resume(stopped.id);
  expect([done.status, done.missing]).toEqual(["done", null]);
  const verdicts = done.cells.filter(({ verdict }) => verdict !== null);
  expect(verdicts.length).toBe(messages.length);
});
