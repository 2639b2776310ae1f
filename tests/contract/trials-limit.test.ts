import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { RawItem } from "@/lib/aws/attributes";
import type { Trial, TrialEstimate, TrialList } from "@/lib/trials/schema";
import type { GatedCall } from "../support/provider-gate";
import { modelPath, tables } from "./console";
import {
  callConcurrency,
  cells,
  messages,
  otherModel as other,
  trialAgentPath as path,
  presentModel,
  startTrialCopies,
  trialAgent,
  trialRequest,
} from "./trial-copies";

type Copies = Awaited<ReturnType<typeof startTrialCopies>>;
let copies: Copies;
let app: Copies["app"];
let gate: Copies["gate"];

const modelKey = (model_id: string): RawItem => ({ pk: { S: `openai#${model_id}` } });
const judge = { provider: "openai", model_id: "gpt-4.1-mini" };
const isOfJudge = ({ model }: GatedCall) => model === judge.model_id;
/** USD per 1M tokens. */
const judgePrice = { input_price: 0.5, output_price: 2 };
const judgeCalls = () => gate.calls.filter(isOfJudge).length;
const judgeHasNoPrice = "openai#gpt-4.1-mini has no price, so the limit can't be kept.";

beforeAll(async () => {
  copies = await startTrialCopies();
  ({ app, gate } = copies);
  const changed = await app.admin.patch(modelPath("openai", judge.model_id), judgePrice);
  expect(changed.status, changed.text).toBe(200);
});

afterEach(() => copies.killCopies());

afterAll(() => copies?.stop());

type Logged = { model: string; input_tokens: number; output_tokens: number };
const costOf = ({ input_tokens, output_tokens }: Logged) =>
  (input_tokens * judgePrice.input_price + output_tokens * judgePrice.output_price) / 1e6;

const loseJudgePrice = () =>
  copies.takeAway(tables.models, modelKey(judge.model_id), "input_price");
const verdicts = (trial: Trial) => trial.cells.filter(({ verdict }) => verdict !== null).length;
const known = (trial: Trial) =>
  trial.cells.reduce((sum, cell) => sum + (cell.cost_usd ?? 0) + (cell.judge_cost_usd ?? 0), 0);

test("a judge without a price is refused before anything is sent", async () => {
  await loseJudgePrice();
  for (const action of ["trials/estimate", "trials"]) {
    const { status, body } = await app.admin.post(`${path}/${action}`, { ...trialRequest, judge });
    const message = `${judgeHasNoPrice} Set its price first.`;
    expect([status, body.errors]).toEqual([422, [{ path: "judge", message }]]);
  }
  expect(gate.calls.length).toBe(0);
});

test("a judge that loses its price meanwhile makes no further comparison until it has one again", async () => {
  const release = copies.holdCalls(isOfJudge);
  const copy = copies.startTrial({ judge });
  const { id } = await copies.newest(() => judgeCalls() === 1);
  await loseJudgePrice();
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  const missing = `Not all answers were judged: ${judgeHasNoPrice} Set its price and resume the trial.`;
  const stopped = await copies.ended(id);
  expect([stopped.status, stopped.missing]).toEqual(["stopped", missing]);
  // What the comparison in progress cost is unknown, so it counts at the most that it may.
  expect([judgeCalls(), verdicts(stopped)]).toEqual([2, 1]);
  expect(stopped.spent_usd).toBeGreaterThan(known(stopped));
  const resumed = await copies.resume(id);
  expect([resumed.status, resumed.missing, judgeCalls()]).toEqual(["stopped", missing, 2]);
  await copies.putBack();
  const done = await copies.resume(id);
  expect([done.status, verdicts(done)]).toEqual(["done", messages.length]);
});

test("a judge that loses its price before the trial is resumed isn't called", async () => {
  const { id, copy, release } = await copies.startHeld({ judge });
  await copies.stopTrial(id);
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  await loseJudgePrice();
  const resumed = await copies.resume(id);
  expect([resumed.status, resumed.calls.done, judgeCalls()]).toEqual(["stopped", cells, 0]);
  expect(resumed.missing).toContain(judgeHasNoPrice);
});

test("a model that loses its price meanwhile is held by the one at which the trial started", async () => {
  const { id, copy, release } = await copies.startHeld();
  await copies.takeAway(tables.models, modelKey(other), "input_price");
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await copies.ended(id);
  expect(trial.status).toBe("done");
  expect(trial.cells.filter(({ cost_usd }) => cost_usd === null)).toEqual([]);
  expect(trial.spent_usd).toBeCloseTo(known(trial), 10);
});

test("a trial isn't resumed on a model that lost its price, because the limit couldn't be kept", async () => {
  const { id, copy, release } = await copies.startHeld();
  await copies.stopTrial(id);
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  await copies.takeAway(tables.models, modelKey(other), "input_price");
  const resumed = await copies.resume(id);
  expect([resumed.status, resumed.missing]).toEqual([
    "stopped",
    "openai#gpt-4o-mini has no price, so the limit can't be kept. Set its price and resume the trial.",
  ]);
  expect(resumed.calls.done).toBe(callConcurrency);
  await copies.putBack();
  expect((await copies.resume(id)).status).toBe("done");
});

test("an answer that reports no tokens counts at the most that it may have cost", async () => {
  const message = { role: "assistant", content: "Hello." };
  const body = JSON.stringify({ choices: [{ message, finish_reason: "stop" }] });
  gate.decide = async ({ model }) => (model === other ? { status: 200, headers: {}, body } : null);
  const estimate = await app.admin.post(`${path}/trials/estimate`, trialRequest);
  const ofOther = (estimate.body as TrialEstimate).targets[1]; // By the contract.
  const copy = copies.startTrial();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await copies.newest(({ status }) => status !== "running");
  expect(trial.targets[1]).toMatchObject({ ok: 0, of: messages.length, cost_usd: null });
  expect(trial.spent_usd).toBeCloseTo(known(trial) + (ofOther?.max_usd ?? 0), 10);
});

test("the limit also stops the judge, which goes on under a higher one", async () => {
  const { body } = await app.admin.post(`${path}/trials/estimate`, trialRequest);
  const { max_usd } = body as TrialEstimate; // By the contract.
  // The limit leaves room for every answer, and for no comparison.
  await copies.setAttribute(tables.models, modelKey(judge.model_id), "input_price", { N: "9999" });
  const copy = copies.startTrial({ judge, limit_usd: max_usd });
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await copies.newest(({ status }) => status !== "running");
  expect([trial.status, trial.calls.done, judgeCalls()]).toEqual(["limit", cells, 0]);
  expect(trial.missing).toMatch(
    /^Not all answers were judged: .* Resume it with a higher limit\.$/,
  );
  expect(trial.spent_usd).toBeLessThanOrEqual(max_usd);
  await copies.putBack();
  const done = await copies.resume(trial.id, { limit_usd: 5 });
  expect([done.status, verdicts(done)]).toEqual(["done", messages.length]);
});

/** Resolves when the copy that runs the trial has noticed that it is stopped: it extends its lease. */
async function noticedStop(id: string): Promise<void> {
  const key = { pk: { S: `trials#${trialAgent}/v1.0` }, sk: { S: id } };
  const leaseEnds = async () => (await app.aws.find(tables.management, key))?.lease_ends?.N;
  const before = await leaseEnds();
  await expect.poll(leaseEnds).not.toBe(before);
}

test("a trial that is stopped between the two orders of a comparison counts what the first one cost", async () => {
  const release = copies.holdCalls(isOfJudge);
  const copy = copies.startTrial({ judge });
  const { id } = await copies.newest(() => judgeCalls() === 1);
  await copies.stopTrial(id);
  await noticedStop(id);
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await copies.read(id);
  expect([trial.status, judgeCalls(), verdicts(trial)]).toEqual(["stopped", 1, 0]);
  const answer = await fetch(`${app.simulatorUrl}/simulator/calls`);
  const { calls } = (await answer.json()) as { calls: Logged[] };
  const first = calls.findLast(({ model }) => model === judge.model_id);
  expect(trial.spent_usd).toBeCloseTo(known(trial) + (first ? costOf(first) : 0), 10);
  const { body } = await app.admin.get(`${path}/trials`);
  const listed = (body as TrialList).trials.find((entry) => entry.id === id); // By the contract.
  expect(listed?.spent_usd).toBe(trial.spent_usd);
});

test("a call whose connection breaks counts at the most that it may cost, as it may be billed", async () => {
  gate.decide = async ({ model }) => (model === other ? "cut" : null);
  const copy = copies.startTrial();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await copies.newest(() => true);
  const cut = trial.cells.filter(({ outcome }) => outcome === "failed");
  expect(cut.map(({ cost_usd }) => cost_usd)).toEqual(messages.map(() => null));
  expect(trial.spent_usd).toBeGreaterThan(known(trial));
});

test("a comparison whose connection breaks counts at the most that it may cost", async () => {
  gate.decide = async (call) => (isOfJudge(call) ? "cut" : null);
  const copy = copies.startTrial({ judge });
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await copies.newest(() => true);
  expect(judgeCalls()).toBeGreaterThan(0);
  expect(trial.spent_usd).toBeGreaterThan(known(trial));
});

test("calls that the limit left out are named beside a judge that can't be called", async () => {
  const estimate = await app.admin.post(`${path}/trials/estimate`, trialRequest);
  const { targets } = estimate.body as TrialEstimate; // By the contract.
  const dearest = Math.max(...targets.map(({ max_call_usd }) => max_call_usd ?? 0));
  // The second call of the present model counts at its highest cost, which leaves too little for more.
  let presentCalls = 0;
  gate.decide = async ({ model }) => {
    if (model !== presentModel) return null;
    presentCalls += 1;
    if (presentCalls === 1) await loseJudgePrice();
    return presentCalls === 2 ? "cut" : null;
  };
  const copy = copies.startTrial({ judge, limit_usd: dearest * 1.5 });
  expect(await copy.exit, copy.errors()).toBe(0);
  const { status, missing } = await copies.newest(() => true);
  expect(status).toBe("stopped");
  expect(missing).toMatch(
    /^\d of 10 calls weren't made \(.+ Resume it with a higher limit\. Not all answers were judged: openai#gpt-4\.1-mini has no price/,
  );
});
