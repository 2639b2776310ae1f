import { SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ActivityPage } from "@/lib/activity/schema";
import type { AgentRecord } from "@/lib/agents/schema";
import type {
  Batch,
  StartedTrial,
  Trial,
  TrialCaseDetails,
  TrialEstimate,
} from "@/lib/trials/schema";
import { execute } from "../support/run-failures";
import { agentPath, modelPath, tables } from "./console";
import { type Console, startConsole } from "./running-console";

let app: Console;
let sfn: SFNClient;

const machine = "arn:aws:states:eu-west-1:000000000000:stateMachine:research-agent-prod";
const path = agentPath("research-agent", "v1.0");
const question = (company: string) => `Who is ${company}? Use research_company.`;
const companies = Array.from({ length: 5 }, (_, index) => `Company ${index + 1}`);

/** Models as the sandbox has them: refuses the request, calls another tool, sends wrong arguments. */
const refusing = { provider: "openai", model_id: "gpt-5-mini" };
const otherTool = { provider: "bedrock", model_id: "eu.amazon.nova-micro-v1:0" };
const wrongArguments = { provider: "google", model_id: "gemini-3.5-flash-lite" };
const fine = { provider: "openai", model_id: "gpt-4o-mini" };

/** USD per 1M tokens. */
const price = { input_price: 0.15, output_price: 0.6 };

beforeAll(async () => {
  app = await startConsole({ seed: "default", env: { ALLOW_RUNS: "true" } });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  sfn = new SFNClient({ endpoint: app.awsUrl, region: "eu-west-1", credentials });
  for (const { provider, model_id } of [refusing, otherTool, wrongArguments, fine]) {
    await app.admin.post("/api/models", { provider, model_id });
    const changed = await app.admin.patch(modelPath(provider, model_id), price);
    expect(changed.status, changed.text).toBe(200);
  }
});

afterAll(async () => {
  sfn?.destroy();
  await app?.stop();
});

async function agent(): Promise<AgentRecord> {
  return (await app.admin.get(path)).body as AgentRecord; // By the contract.
}

const toModel = (to: { provider: string | null; model_id: string | null }, more: object = {}) => ({
  llm_provider: to.provider,
  llm_model: to.model_id,
  ...more,
});

async function switchTo(to: Parameters<typeof toModel>[0], more: object = {}): Promise<void> {
  const body = { ...toModel(to, more), override_reason: "A test" };
  const { status, text } = await app.admin.patch(path, body);
  expect(status, text).toBe(200);
}

async function start(body: object): Promise<string> {
  const { status, body: started } = await app.admin.post(`${path}/trials`, body);
  expect([status, started]).toEqual([202, { id: expect.any(String) }]);
  return (started as StartedTrial).id; // By the contract.
}

async function read(id: string, caller = app.admin): Promise<Trial> {
  const { status, body } = await caller.get(`${path}/trials/${id}`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body as Trial; // By the contract.
}

async function ended(id: string): Promise<Trial> {
  await expect
    .poll(async () => (await read(id)).status, { interval: 100, timeout: 200_000 })
    .not.toBe("running");
  return read(id);
}

type Logged = { provider: string; model: string; input_tokens: number; output_tokens: number };
async function simulatorCalls(): Promise<Logged[]> {
  const answer = await fetch(`${app.simulatorUrl}/simulator/calls`);
  return ((await answer.json()) as { calls: Logged[] }).calls;
}

const conversations = companies.map((name) => [{ role: "user", content: question(name) }]);

const usd = (tokens: Pick<Logged, "input_tokens" | "output_tokens">) =>
  (tokens.input_tokens * price.input_price + tokens.output_tokens * price.output_price) / 1e6;

test("of four models one refuses, one calls another tool, one sends wrong arguments, and the one that does as well is offered", async () => {
  for (const name of companies) {
    await execute(sfn, machine, { messages: [{ role: "user", content: question(name) }] });
  }
  const former = await agent();
  await switchTo(wrongArguments);
  const body = {
    targets: [refusing, otherTool, fine],
    cases: { last_runs: 5, outcome: "succeeded" },
    limit_usd: 5,
  };
  const { body: estimate } = await app.admin.post(`${path}/trials/estimate`, body);
  const { cases, calls } = estimate as TrialEstimate;
  const ofKind = (requested: string) => cases.filter(({ kind }) => kind === requested).length;
  expect([ofKind("first_call"), ofKind("after_tool"), calls]).toEqual([5, 5, 40]);
  const before = (await simulatorCalls()).length;
  const id = await start(body);
  const trial = await ended(id);
  expect([trial.status, trial.missing]).toEqual(["done", null]);
  const [present, refused, other, good] = trial.targets;
  // It also refuses a tool's result without its thought signature, which the caller drops.
  expect(present).toMatchObject({ ...wrongArguments, is_present: true, ok: 5, of: 10 });
  expect(present).toMatchObject({ arguments_valid: 0, arguments_valid_of: 5 });
  expect(refused).toMatchObject({ ...refusing, ok: 0, of: 10, problems: ["failed"] });
  expect(other).toMatchObject(otherTool);
  expect(other?.problems).toContain("other_tool");
  expect(good).toMatchObject({ ...fine, ok: 10, of: 10, same_tool: 5, problems: [] });
  expect(trial.offer).toEqual(fine);

  const sent = (await simulatorCalls()).slice(before);
  for (const target of [present, other, good]) {
    const own = sent.filter(({ model }) => model === target?.model_id);
    const sum = (pick: (call: Logged) => number) => own.reduce((all, call) => all + pick(call), 0);
    expect(own.length).toBe(target?.ok);
    expect(target?.input_tokens).toBe(sum(({ input_tokens }) => input_tokens));
    expect(target?.output_tokens).toBe(sum(({ output_tokens }) => output_tokens));
    expect(target?.cost_usd).toBeCloseTo(sum(usd), 10);
  }
  expect(sent.length).toBe(25);
  expect(trial.spent_usd).toBeCloseTo(
    sent.reduce((all, call) => all + usd(call), 0),
    10,
  );

  const text = "tried on 10 calls of 5 of its own runs: 10 answered, same tool 5 of 5";
  const evidence = { trial_id: id, text };
  const query = new URLSearchParams({ ...fine, trial_id: id });
  const { body: preflight } = await app.viewer.get(`${path}/preflight?${query}`);
  expect(preflight).toMatchObject({ ok: true, evidence });
  await switchTo(fine, { trial_id: id });
  const { body: history } = await app.viewer.get(`${path}/history`);
  const { events } = history as ActivityPage; // By the contract.
  expect(events[0]).toMatchObject({ action: "agent.update", evidence });
  await switchTo({ provider: former.llm_provider, model_id: former.llm_model });
});

test("an agent that can't be tried is refused in words that say why", async () => {
  const cases = { messages: conversations.slice(0, 1) };
  const refusals: [
    agent: string,
    version: string,
    target: object,
    status: number,
    words: string,
  ][] = [
    ["sql-agent", "v0.9", fine, 409, "never read by its machine, which reads sql-agent v1.0"],
    ["bare-agent", "v1.0", fine, 409, "its row names none that is known"],
    ["timeseries-agent", "v1.0", fine, 409, "its state machine fixes the provider (Anthropic)"],
  ];
  for (const [name, version, target, status, words] of refusals) {
    const body = { targets: [target], cases };
    const answer = await app.admin.post(`${agentPath(name, version)}/trials`, body);
    expect([answer.status, answer.body.detail]).toEqual([status, expect.stringContaining(words)]);
  }
});

test("an estimate says in plain words which model isn't called, and whose request is assumed", async () => {
  const cases = { messages: conversations.slice(0, 1) };
  const notesOf = async (name: string, target: object) => {
    const body = { targets: [target], cases };
    const answer = await app.admin.post(`${agentPath(name)}/trials/estimate`, body);
    expect(answer.status, answer.text).toBe(200);
    return (answer.body as TrialEstimate).notes; // By the contract.
  };
  const [unmapped, ...others] = await notesOf("support-agent", fine);
  expect(unmapped).toMatch(/^xai#grok-2-1212 isn't called: a run on it fails before that\. /);
  expect(unmapped).not.toMatch(/errorType|alloc/);
  expect(others).toEqual([]);
  const own = { provider: "anthropic", model_id: "claude-haiku-4-5-20251001" };
  const [assumed] = await notesOf("timeseries-agent", own);
  expect(assumed).toBe(
    "Requests are assumed to be those of a generated state machine. Its state machine calls the older caller.",
  );
  const trials = `${agentPath("timeseries-agent")}/trials`;
  const started = await app.admin.post(trials, { targets: [own], cases });
  const { id } = started.body as StartedTrial; // By the contract.
  const { body } = await app.viewer.get(`${trials}/${id}`);
  expect(body.assumed_because).toBe("Its state machine calls the older caller.");
});

test("a switch takes only a trial of this agent on the new model as its evidence", async () => {
  const id = await start({ targets: [fine], cases: { messages: conversations.slice(0, 1) } });
  await ended(id);
  const refusals: [object, string][] = [
    [toModel(otherTool, { trial_id: id }), "did not try"],
    [toModel(fine, { trial_id: "unknown" }), "There is no trial"],
    [{ system_prompt: "Be brief.", trial_id: id }, "name the model too"],
  ];
  for (const [body, message] of refusals) {
    const { status, body: problem } = await app.admin.patch(path, body);
    expect([status, problem.errors]).toEqual([
      422,
      [{ path: "trial_id", message: expect.stringContaining(message) }],
    ]);
  }
});

test("arguments that the tool's schema refuses are counted, and the model isn't offered", async () => {
  const trial = await ended(
    await start({ targets: [wrongArguments], cases: { messages: conversations } }),
  );
  const [present, other] = trial.targets;
  expect(present).toMatchObject({ arguments_valid: 5, arguments_valid_of: 5 });
  expect(other).toMatchObject({ arguments_valid: 0, arguments_valid_of: 5 });
  expect(other?.problems).toEqual(["invalid_arguments"]);
  expect(trial.offer).toBeNull();
});

test("a limit of one cent is kept, and what is missing is said", async () => {
  const id = await start({
    targets: [fine],
    cases: { messages: conversations },
    limit_usd: 0.01,
  });
  const trial = await ended(id);
  expect(trial.status).toBe("limit");
  expect(trial.spent_usd).toBeLessThanOrEqual(0.01);
  expect(trial.missing).toMatch(/of 10 calls weren't made .*openai#gpt-4o/);
  const before = trial.calls.done;
  const resumed = await app.admin.post(`${path}/trials/${id}/resume`, { limit_usd: 1 });
  expect(resumed.status).toBe(200);
  const done = await ended(id);
  expect([done.status, done.calls]).toEqual(["done", { total: 10, done: 10 }]);
  expect(before).toBeLessThan(10);
});

test("a viewer sees figures and outcomes, never texts; cases can be tried again until their texts are deleted", async () => {
  const id = await start({ targets: [fine], cases: { messages: conversations.slice(0, 1) } });
  const admin = await ended(id);
  expect(admin.cells[0]?.tool_calls).toMatchObject([{ name: "research_company" }]);
  const viewer = await read(id, app.viewer);
  expect(JSON.stringify(viewer)).not.toContain("Company 1");
  expect(viewer.cells[0]).toMatchObject({ text: null, tool_calls: null, outcome: "answered" });
  expect((await app.viewer.get(`${path}/trials/${id}/cases/0`)).status).toBe(403);
  const shown = await app.admin.get(`${path}/trials/${id}/cases/0`);
  expect((shown.body as TrialCaseDetails).messages).toEqual(conversations[0]);
  const again = { targets: [otherTool], cases: { trial: id } };
  const second = await ended(await start(again));
  expect(second).toMatchObject({ source: "messages", case_list: admin.case_list });
  expect((await app.admin.delete(`${path}/trials/${id}`)).status).toBe(204);
  const gone = await app.admin.post(`${path}/trials/estimate`, again);
  expect([gone.status, gone.body.errors]).toEqual([
    422,
    [{ path: "cases", message: expect.stringContaining("deleted") }],
  ]);
  const after = await read(id);
  expect(after.texts_deleted_at).not.toBeNull();
  expect(after.cells[0]).toMatchObject({ text: null, tool_calls: null, outcome: "answered" });
});

test("a judge compares each pair in both orders, and what that costs is counted", async () => {
  const before = (await simulatorCalls()).length;
  const judge = { ...otherTool, prompt: "Which answer is better?" };
  const body = { targets: [fine], cases: { messages: conversations.slice(0, 2) }, judge };
  const { body: estimate } = await app.admin.post(`${path}/trials/estimate`, body);
  expect(estimate).toMatchObject({ calls: 8, judge_expected_usd: expect.any(Number) });
  const id = await start(body);
  const trial = await ended(id);
  const [present, other] = trial.targets;
  expect(present?.judged).toBeNull();
  const verdicts = Object.values(other?.judged ?? {});
  expect(verdicts.reduce((all, count) => all + count, 0)).toBe(2);
  const sent = (await simulatorCalls()).slice(before);
  const judged = sent.filter(({ model }) => model === otherTool.model_id);
  expect(judged.length).toBe(4);
  const judgeUsd = judged.reduce((all, call) => all + usd(call), 0);
  expect(judgeUsd).toBeGreaterThan(0);
  const answers = (present?.cost_usd ?? 0) + (other?.cost_usd ?? 0);
  expect(trial.spent_usd).toBeCloseTo(answers + judgeUsd, 10);
  expect((await read(id, app.viewer)).judge).toEqual({ ...otherTool, prompt: null });
});

test("a trial's texts are gone after 30 days, even before DynamoDB deletes them", async () => {
  const id = await start({ targets: [fine], cases: { messages: conversations.slice(0, 1) } });
  const { created_at, texts_until } = await ended(id);
  const days = (Date.parse(texts_until) - Date.parse(created_at)) / 86_400_000;
  expect(days).toBe(30);
  const expired = { N: String(Math.floor(Date.now() / 1000) - 1) };
  for (const sk of ["case#0000", "cell#0000#0", "cell#0000#1"]) {
    const key = { pk: { S: `trial-texts#${id}` }, sk: { S: sk } };
    expect((await app.aws.find(tables.management, key))?.delete_after).toEqual({
      N: String(Math.floor(Date.parse(texts_until) / 1000)),
    });
    await app.aws.set(tables.management, key, "delete_after", expired);
  }
  const trial = await read(id);
  expect(JSON.stringify(trial)).not.toContain("Company 1");
  expect(trial.cells[0]).toMatchObject({ text: null, tool_calls: null, outcome: "answered" });
  const { body } = await app.admin.get(`${path}/trials/${id}/cases/0`);
  expect(body).toMatchObject({ title: null, messages: null, recorded: null });
});

test("a case set is saved, exported as JSONL, imported again, and tried", async () => {
  const cases = [{ messages: conversations[0], expect: { tool: "research_company" } }];
  const saved = await app.admin.post(`${path}/case-sets`, { name: "Companies", cases });
  expect(saved.status).toBe(201);
  const setPath = `${path}/case-sets/${saved.body.id}`;
  const { text: jsonl } = await app.admin.get(`${setPath}/export`);
  const again = await app.admin.post(`${path}/case-sets`, {
    name: "Copy",
    jsonl,
  });
  expect(again.body).toMatchObject({ cases, case_count: 1 });
  const bad = await app.admin.post(`${path}/case-sets`, { name: "Bad", jsonl: '{"messages": 1}' });
  expect([bad.status, bad.body.errors]).toEqual([
    422,
    [expect.objectContaining({ path: "jsonl" })],
  ]);
  const large = "x".repeat(450_000);
  const refused = await app.admin.post(`${path}/case-sets`, {
    name: "Large",
    cases: [{ messages: [{ role: "user", content: large }] }],
  });
  expect([refused.status, refused.body.errors]).toEqual([
    422,
    [expect.objectContaining({ path: "cases" })],
  ]);
  const trial = await ended(
    await start({ targets: [fine, otherTool], cases: { set: saved.body.id } }),
  );
  expect(trial.targets.map(({ expectations_met }) => expectations_met)).toEqual([1, 1, 0]);
});

async function triedTogether(body: object): Promise<Batch> {
  const { status, body: started, text } = await app.admin.post("/api/trial-batches", body);
  expect(status, text).toBe(202);
  const { batch } = started as Batch; // By the contract, like the next.
  const readBatch = async () => (await app.viewer.get(`/api/trial-batches/${batch}`)).body as Batch;
  await expect
    .poll(async () => (await readBatch()).agents.filter(({ trial }) => trial?.status === "running"))
    .toEqual([]);
  return readBatch();
}

test("agents are tried together, and it says who would be worse, who isn't tried and why", async () => {
  const agents = [
    { agent_name: "research-agent", version: "v1.0" },
    { agent_name: "sql-agent", version: "v0.9" },
    { agent_name: "bare-agent", version: "v1.0" },
  ];
  await execute(sfn, machine, { messages: conversations[0] });
  const tried = async (to: object, limit_usd: number) => {
    const batch = await triedTogether({ agents, to, last_runs: 1, limit_usd });
    return batch.agents.map(({ worse, message }) => ({ worse, message }));
  };
  const others = [
    { worse: null, message: expect.stringContaining("never read by its machine") },
    { worse: null, message: expect.stringContaining("names none that is known") },
  ];
  const sorted = (await tried(refusing, 1)).toSorted((a) => (a.message === null ? -1 : 1));
  expect(sorted[0]).toEqual({ worse: true, message: null });
  expect(sorted.slice(1)).toEqual(expect.arrayContaining(others));
  expect(await tried(fine, 1)).toContainEqual({ worse: false, message: null });
  // The limit leaves no room for the present model, so there is nothing to compare with.
  expect(await tried(fine, 0.03)).toContainEqual({ worse: null, message: null });
});
