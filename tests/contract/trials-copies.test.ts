import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import {
  callConcurrency,
  cells,
  heldCalls,
  nameOfCall,
  never,
  trialAgentPath as path,
  startTrialCopies,
} from "./trial-copies";

type Copies = Awaited<ReturnType<typeof startTrialCopies>>;
let copies: Copies;

/** Milliseconds in which another copy takes over from one that is silent, and more. */
const longerThanLease = 17_000;

beforeAll(async () => {
  copies = await startTrialCopies();
});

afterEach(() => copies.killCopies());

afterAll(() => copies?.stop());

/** The simulator's own log of the calls that it answered. */
async function paidCalls(): Promise<number> {
  const answer = await fetch(`${copies.app.simulatorUrl}/simulator/calls`);
  return ((await answer.json()) as { calls: unknown[] }).calls.length;
}

test("of two copies that find a trial at the same moment one goes on with it, and makes no recorded call again", async () => {
  const { gate, newest } = copies;
  gate.decide = async (_, number) => (number > 3 ? never() : null);
  const first = copies.startTrial();
  await newest(({ calls }) => calls.done === 3 && gate.calls.length === 3 + callConcurrency);
  const before = gate.calls.map(nameOfCall);
  first.kill();
  await first.exit;
  gate.decide = async () => null;
  const others = [copies.resumeTrials(), copies.resumeTrials()];
  expect(await Promise.all(others.map(({ exit }) => exit))).toEqual([0, 0]);
  const trial = await newest(({ status }) => status !== "running");
  expect([trial.status, trial.calls]).toEqual(["done", { total: cells, done: cells }]);
  const again = gate.calls.slice(before.length).map(nameOfCall);
  expect(again.length).toBe(cells - 3);
  expect(new Set(again).size).toBe(again.length);
  expect(new Set([...before, ...again]).size).toBe(cells);
  const unfinished = again.filter((name) => before.includes(name));
  expect(unfinished.length).toBe(callConcurrency);
});

test("a trial that is stopped, and resumed in another copy with a higher limit, waits for its calls in progress", async () => {
  const { app, newest } = copies;
  const before = await paidCalls();
  const { id, copy, release } = await copies.startHeld();
  await copies.stopTrial(id);
  const resumed = await app.admin.post(`${path}/trials/${id}/resume`, { limit_usd: 2 });
  expect(resumed.status).toBe(200);
  await delay(longerThanLease);
  expect(await paidCalls()).toBe(before);
  release();
  const trial = await newest(({ status }) => status !== "running");
  expect([trial.status, trial.limit_usd, trial.calls.done]).toEqual(["done", 2, cells]);
  expect(await copy.exit, copy.errors()).toBe(0);
  expect(await paidCalls()).toBe(before + cells);
  const known = trial.cells.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0);
  expect(trial.spent_usd).toBeCloseTo(known, 10);
});

test("answers that reach a copy after another one took its trial over replace nothing, and stay counted", async () => {
  const { gate, newest } = copies;
  const { released, release } = heldCalls();
  gate.holdAnswer = async (number) => {
    if (number <= callConcurrency) await released;
  };
  const before = await paidCalls();
  const frozen = copies.startTrial();
  await newest(() => gate.calls.length === callConcurrency);
  await expect.poll(async () => (await paidCalls()) - before).toBe(callConcurrency);
  frozen.pause();
  release();
  const second = copies.resumeTrials();
  expect(await second.exit, second.errors()).toBe(0);
  const trial = await newest(({ status }) => status !== "running");
  expect([trial.status, trial.calls.done]).toEqual(["done", cells]);
  const known = trial.cells.reduce((sum, { cost_usd }) => sum + (cost_usd ?? 0), 0);
  expect(trial.spent_usd).toBeGreaterThan(known);
  const listed = () => copies.app.admin.get(`${path}/trials`).then(({ body }) => body);
  const list = await listed();
  frozen.continue();
  expect(await frozen.exit, frozen.errors()).toBe(0);
  expect(await newest(() => true)).toEqual(trial);
  expect(await listed()).toEqual(list);
  expect((await paidCalls()) - before).toBe(cells + callConcurrency);
});
