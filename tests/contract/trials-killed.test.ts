import { afterAll, beforeAll, expect, test } from "vitest";
import { providerDetails } from "@/lib/providers/rules/details";
import { providerIds } from "@/lib/providers/schema";
import type { StartedTrial, Trial } from "@/lib/trials/schema";
import { basePaths } from "../../scripts/simulator/routes";
import { copyImageFiles, type Image } from "../support/image";
import { startProviderGate } from "../support/provider-gate";
import { agentPath, Caller, modelPath } from "./console";
import { type Console, startConsole } from "./running-console";
import { callConcurrency, never } from "./trial-copies";

type Copy = Awaited<ReturnType<Image["start"]>>;
type Logged = { model: string; input_tokens: number; output_tokens: number };

/** Reads what the copies write. It runs no trial that it didn't start. */
let app: Console;
let gate: Awaited<ReturnType<typeof startProviderGate>>;
let image: ReturnType<typeof copyImageFiles>;
const copies: Copy[] = [];

const path = agentPath("research-agent", "v1.0");
/** The present model comes first. */
const models = ["gpt-4o", "gpt-4o-mini"];
const messages = Array.from({ length: 8 }, (_, index) => `Who is Company ${index}?`);
const cells = models.length * messages.length;
const request = {
  targets: [{ provider: "openai", model_id: "gpt-4o-mini" }],
  cases: { messages: messages.map((content) => [{ role: "user", content }]) },
  limit_usd: 1,
};
/** USD per 1M tokens. */
const price = { input_price: 0.15, output_price: 0.6 };

beforeAll(async () => {
  app = await startConsole({ seed: "default" });
  gate = await startProviderGate(app.simulatorUrl, basePaths.openai);
  image = copyImageFiles();
  for (const model_id of models) {
    const changed = await app.admin.patch(modelPath("openai", model_id), price);
    expect(changed.status, changed.text).toBe(200);
  }
});

afterAll(async () => {
  for (const copy of copies) copy.kill("SIGKILL");
  await Promise.all(copies.map(({ exit }) => exit));
  gate?.stop();
  image?.remove();
  await app?.stop();
});

/** Another server of the console, whose calls to OpenAI pass the gate. */
async function startCopy(): Promise<Copy> {
  const bases = providerIds.map((id) => [
    providerDetails[id].base_url_variable,
    id === "openai" ? gate.baseUrl : app.simulatorUrl + basePaths[id],
  ]);
  const copy = await image.start({
    AWS_REGION: "eu-west-1",
    AWS_ENDPOINT_URL: app.awsUrl,
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    NEXTAUTH_URL: process.env.NEXTAUTH_URL ?? "",
    NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET ?? "",
    LOG_LEVEL: "warn",
    ...Object.fromEntries(bases),
  });
  copies.push(copy);
  return copy;
}

async function kill(copy: Copy): Promise<void> {
  copy.kill("SIGKILL");
  expect(await copy.exit, copy.output()).toBe("SIGKILL");
}

/**
 * Passes this many more calls on to the simulator, and holds those after them for good.
 * @returns resolves once every call that is held has arrived, so that no late one is passed on instead
 *   of a call of the next copy
 */
function passOn(more: number): () => Promise<void> {
  const last = gate.calls.length + more;
  gate.decide = async (_, number) => (number > last ? never() : null);
  return () =>
    expect
      .poll(() => gate.calls.length, { interval: 20, timeout: 200_000 })
      .toBe(last + callConcurrency);
}

/** The trial once it is as expected; another copy takes it over 30 seconds after its lease at most. */
async function trialOnce(id: string, isExpected: (trial: Trial) => boolean): Promise<Trial> {
  const read = async () => (await app.admin.get(`${path}/trials/${id}`)).body as Trial; // By the contract.
  await expect
    .poll(async () => isExpected(await read()), { interval: 100, timeout: 200_000 })
    .toBe(true);
  return read();
}

/** The simulator's own log of the calls that it answered. */
async function paidCalls(): Promise<Logged[]> {
  const answer = await fetch(`${app.simulatorUrl}/simulator/calls`);
  return ((await answer.json()) as { calls: Logged[] }).calls;
}

const costOf = (calls: Logged[]): number =>
  calls.reduce(
    (usd, { input_tokens, output_tokens }) =>
      usd + (input_tokens * price.input_price + output_tokens * price.output_price) / 1e6,
    0,
  );

test("a trial whose server is killed goes on in a second copy, and in one started later, without paying a recorded call again", async () => {
  const first = await startCopy();
  const second = await startCopy();
  const firstIsHeld = passOn(3);
  const admin = new Caller(first.url, app.admin.cookie);
  const started = await admin.post(`${path}/trials`, request);
  expect(started.status, started.text).toBe(202);
  const { id } = started.body as StartedTrial; // By the contract.
  await firstIsHeld();
  await trialOnce(id, ({ calls }) => calls.done === 3);
  await kill(first);

  const secondIsHeld = passOn(4);
  await secondIsHeld();
  await trialOnce(id, ({ calls }) => calls.done === 7);
  await kill(second);
  const interrupted = await trialOnce(id, ({ status }) => status === "running");
  expect(interrupted.calls).toEqual({ total: cells, done: 7 });

  passOn(cells);
  await startCopy();
  const trial = await trialOnce(id, ({ status }) => status !== "running");
  expect([trial.status, trial.missing]).toEqual(["done", null]);
  expect(trial.calls).toEqual({ total: cells, done: cells });

  const paid = await paidCalls();
  expect(paid.length).toBe(cells);
  for (const target of trial.targets) {
    const own = paid.filter(({ model }) => model === target.model_id);
    const sum = (pick: (call: Logged) => number) => own.reduce((all, call) => all + pick(call), 0);
    expect(own.length).toBe(messages.length);
    expect(target.input_tokens).toBe(sum(({ input_tokens }) => input_tokens));
    expect(target.output_tokens).toBe(sum(({ output_tokens }) => output_tokens));
    expect(target.cost_usd).toBeCloseTo(costOf(own), 10);
  }
  const { body } = await app.admin.get(`${path}/history`);
  const events = (body as { events: { action: string }[] }).events.map(({ action }) => action);
  expect(events.filter((action) => action === "trial.start")).toHaveLength(1);
  expect(events.filter((action) => action === "trial.finish")).toHaveLength(1);
});

test("answers that were lost with the server are asked for again, and what they may have cost counts", async () => {
  const before = (await paidCalls()).length;
  const first = await startCopy();
  const lost = 4;
  passOn(lost + cells);
  gate.holdAnswer = never;
  const admin = new Caller(first.url, app.admin.cookie);
  const { id } = (await admin.post(`${path}/trials`, request)).body as StartedTrial; // By the contract.
  await expect.poll(async () => (await paidCalls()).length - before).toBe(lost);
  await kill(first);
  gate.holdAnswer = async () => {};
  await startCopy();
  const trial = await trialOnce(id, ({ status }) => status !== "running");
  const all = messages.length;
  expect(trial.targets.map(({ ok, of }) => [ok, of])).toEqual(models.map(() => [all, all]));
  const paid = (await paidCalls()).slice(before);
  expect(paid.length).toBe(cells + lost);
  expect(trial.spent_usd).toBeGreaterThanOrEqual(costOf(paid));
  expect(trial.spent_usd).toBeLessThanOrEqual(request.limit_usd);
});
