import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { RawItem } from "@/lib/aws/attributes";
import type { Trial, TrialList } from "@/lib/trials/schema";
import { tables } from "./console";
import {
  callConcurrency,
  cells,
  never,
  otherModel as other,
  trialAgentPath as path,
  presentModel as present,
  startTrialCopies,
  trialAgent,
} from "./trial-copies";

type Copies = Awaited<ReturnType<typeof startTrialCopies>>;
let copies: Copies;
let gate: Copies["gate"];

const agentKey = { agent_name: { S: trialAgent }, version: { S: "v1.0" } };
const modelKey = (model_id: string): RawItem => ({ pk: { S: `openai#${model_id}` } });

beforeAll(async () => {
  copies = await startTrialCopies();
  ({ gate } = copies);
});

afterEach(() => copies.killCopies());

afterAll(() => copies?.stop());

const finished = ({ targets }: Trial) => targets.map(({ of, total }) => `${of} of ${total}`);

test("a model that is deleted meanwhile isn't called any more, and the others finish their cases", async () => {
  const { id, copy, release } = await copies.startHeld();
  await copies.takeAway(tables.models, modelKey(other));
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await copies.ended(id);
  const missing =
    "3 of 5 calls of openai#gpt-4o-mini weren't made: the model was deleted. Add it again and resume the trial, or start a new one.";
  expect([trial.status, trial.missing]).toEqual(["stopped", missing]);
  expect(finished(trial)).toEqual(["5 of 5", "2 of 5"]);
  expect(gate.calls.length).toBe(7);
  expect(trial.offer).toBeNull();
  const resumed = await copies.resume(id);
  expect([resumed.status, resumed.missing, resumed.spent_usd]).toEqual([
    "stopped",
    missing,
    trial.spent_usd,
  ]);
  await copies.putBack();
  const done = await copies.resume(id);
  expect([done.status, done.missing, done.calls.done]).toEqual(["done", null, cells]);
});

test("a copy that takes a trial over calls the models that are left", async () => {
  gate.decide = async ({ message }) => (message.includes("Company 0") ? null : never());
  const first = copies.startTrial();
  const { id } = await copies.newest(({ calls }) => calls.done === 2 && gate.calls.length === 6);
  first.kill();
  await first.exit;
  await copies.takeAway(tables.models, modelKey(other));
  gate.decide = async () => null;
  const second = copies.resumeTrials();
  expect(await second.exit, second.errors()).toBe(0);
  const trial = await copies.ended(id);
  expect(trial.missing).toMatch(/^4 of 5 calls of openai#gpt-4o-mini weren't made: the model was/);
  expect([trial.status, finished(trial)]).toEqual(["stopped", ["5 of 5", "1 of 5"]]);
  expect(gate.calls.slice(6).map(({ model }) => model)).toEqual(Array(4).fill(present));
});

test("a trial whose agent is deleted keeps its answers in progress, says so, and pays for nothing more", async () => {
  const { id, copy, release } = await copies.startHeld();
  await copies.takeAway(tables.agents, agentKey);
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await copies.ended(id);
  expect([trial.status, trial.calls.done]).toEqual(["stopped", callConcurrency]);
  expect(trial.missing).toMatch(/research-agent/);
  expect((await copies.resume(id)).missing).toBe(trial.missing);
  expect(gate.calls.length).toBe(callConcurrency);
  await copies.putBack();
  // The list's figures are those that were saved.
  const { body } = await copies.app.admin.get(`${path}/trials`);
  expect((body as TrialList).trials[0]?.calls.done).toBe(callConcurrency); // By the contract.
  expect([(await copies.resume(id)).status, (await copies.read(id)).calls.done]).toEqual([
    "done",
    cells,
  ]);
});

test("an agent that is changed meanwhile is tried as it was to the end, but not resumed", async () => {
  const changePrompt = () =>
    copies.setAttribute(tables.agents, agentKey, "system_prompt", { S: "Answer in one line." });
  const { id, copy, release } = await copies.startHeld();
  await changePrompt();
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  expect((await copies.ended(id)).status).toBe("done");
  await copies.putBack();

  gate.reset();
  const stopped = await copies.startHeld();
  await copies.stopTrial(stopped.id);
  stopped.release();
  expect(await stopped.copy.exit, stopped.copy.errors()).toBe(0);
  await changePrompt();
  const resumed = await copies.resume(stopped.id);
  expect([resumed.status, resumed.missing]).toEqual([
    "stopped",
    "The agent was changed meanwhile. Start a new trial.",
  ]);
  expect(gate.calls.length).toBe(callConcurrency);
});

test("a judge that is deleted meanwhile isn't called, and the trial says so", async () => {
  const model_id = "gpt-4.1-mini";
  const { id, copy, release } = await copies.startHeld({ judge: { provider: "openai", model_id } });
  await copies.takeAway(tables.models, modelKey(model_id));
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await copies.ended(id);
  expect([trial.status, trial.calls.done]).toEqual(["stopped", cells]);
  expect(trial.missing).toMatch(/^Not all answers were judged: .*openai#gpt-4\.1-mini/);
  expect(gate.calls.length).toBe(cells);
  await copies.putBack();
  expect((await copies.resume(id)).status).toBe("done");
});

test("answers of a deleted model aren't judged", async () => {
  const judge = { provider: "openai", model_id: "gpt-4.1-mini" };
  const release = copies.holdCalls(({ model }) => model === judge.model_id);
  const copy = copies.startTrial({ judge });
  const ofJudge = () => gate.calls.filter(({ model }) => model === judge.model_id).length;
  const { id } = await copies.newest(() => ofJudge() === 1);
  await copies.takeAway(tables.models, modelKey(other));
  release();
  expect(await copy.exit, copy.errors()).toBe(0);
  const trial = await copies.ended(id);
  expect([trial.status, trial.missing]).toEqual([
    "stopped",
    "4 of 5 answers of openai#gpt-4o-mini weren't judged: the model was deleted. Add it again and resume the trial, or start a new one.",
  ]);
  expect(ofJudge()).toBe(2);
});
