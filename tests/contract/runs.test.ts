import { CreateStateMachineCommand, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Run, RunDetails, RunList } from "@/lib/runs/schema";
import { execute } from "../support/run-failures";
import { agentPath, agentRow, modelPath, modelRow, tables } from "./console";
import { type Console, startConsole } from "./running-console";

let app: Console;
let sfn: SFNClient;

beforeAll(async () => {
  app = await startConsole({ seed: "default", env: { ALLOW_RUNS: "true" } });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  sfn = new SFNClient({ endpoint: app.awsUrl, region: "eu-west-1", credentials });
  for (const content of sampleMessages) {
    await execute(sfn, machineOf("research-agent"), { messages: [{ role: "user", content }] });
  }
});

const sampleMessages = [
  "Summarise Acme plc in two sentences.",
  "Compare the industrials. [[fail:overloaded]]",
  "Who is Acme plc? Use research_company.",
];
const machineOf = (agent: string) =>
  `arn:aws:states:eu-west-1:000000000000:stateMachine:${agent}-prod`;

afterAll(async () => {
  sfn?.destroy();
  await app?.stop();
});

const runsPath = (name: string, version = "v1.0") => `${agentPath(name, version)}/runs`;

async function list(name: string, query = "", caller = app.admin): Promise<RunList> {
  const { status, body } = await caller.get(`${runsPath(name)}${query}`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body as RunList; // By the contract.
}

async function details(name: string, id: string, caller = app.admin): Promise<RunDetails> {
  const { status, body } = await caller.get(`${runsPath(name)}/${id}`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body as RunDetails; // By the contract.
}

async function finished(name: string, id: string): Promise<RunDetails> {
  await expect
    .poll(async () => (await details(name, id)).status, { interval: 100 })
    .not.toBe("running");
  // What was shared with everybody while it ran.
  return details(name, id);
}

/** An agent with a machine of its own. */
async function deploy(
  name: string,
  States: object,
  StartAt: string,
  more: { TimeoutSeconds?: number } = {},
): Promise<string> {
  const definition = JSON.stringify({ QueryLanguage: "JSONata", StartAt, States, ...more });
  const { stateMachineArn = "" } = await sfn.send(
    new CreateStateMachineCommand({
      name,
      definition,
      roleArn: "arn:aws:iam::000000000000:role/r",
    }),
  );
  await register(name, stateMachineArn);
  return stateMachineArn;
}

async function register(name: string, arn: string) {
  const row = agentRow(name, "openai", "gpt-4o", { state_machine_arn: { S: arn } });
  await app.aws.put(tables.agents, row);
}

async function start(stateMachineArn: string, input: object, name?: string) {
  const command = new StartExecutionCommand({
    stateMachineArn,
    input: JSON.stringify(input),
    name,
  });
  await sfn.send(command);
}

describe("the sample runs", () => {
  test("the newest come first, with model, tokens and cost of the runtime's own answers", async () => {
    const { runs, unavailable, can_start } = await list("research-agent");
    expect([unavailable, can_start]).toEqual([null, true]);
    const times = runs.map(({ started_at }) => started_at);
    expect(times).toEqual(times.toSorted().toReversed());
    const [succeeded] = runs.filter(({ status }) => status === "succeeded");
    expect(succeeded).toMatchObject({ missing: null, error: null, explained: null });
    const whole = await details("research-agent", succeeded?.id ?? "");
    const sum = (pick: (call: RunDetails["model_calls"][number]) => number | null) =>
      whole.model_calls.reduce((total, call) => total + (pick(call) ?? Number.NaN), 0);
    expect(whole.model_calls.length).toBeGreaterThan(0);
    expect(succeeded?.input_tokens).toBe(sum(({ input_tokens }) => input_tokens));
    expect(succeeded?.output_tokens).toBe(sum(({ output_tokens }) => output_tokens));
    expect(succeeded?.cost_usd).toBeCloseTo(
      sum(({ cost_usd }) => cost_usd),
      12,
    );
  });

  test("a failed run says why in plain words, and what to do", async () => {
    const { runs } = await list("research-agent", "?status=FAILED");
    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => "failed"));
    expect(runs[0]?.cause).toContain("overloaded");
    expect(runs[0]?.explained?.title).toMatch(/overloaded/i);
    expect(runs[0]?.explained?.fix).not.toBe("");
  });

  test("why a run failed is also answered by its ARN alone", async () => {
    const { runs } = await list("research-agent", "?status=failed");
    const { body } = await app.viewer.post("/api/checks/diagnose", { text: ` ${runs[0]?.arn}\n` });
    expect(body.diagnoses).toMatchObject([{ code: runs[0]?.explained?.code }]);
    const ended = (await list("research-agent", "?status=succeeded")).runs[0];
    const refused = await app.viewer.post("/api/checks/diagnose", { text: ended?.arn });
    expect([refused.status, refused.body.detail]).toEqual([
      404,
      "This run has not failed: it is succeeded.",
    ]);
  });

  test("a run with a tool opens as a conversation beside its states", async () => {
    const { runs } = await list("research-agent", "?status=succeeded");
    const { messages, steps } = await details("research-agent", runs[0]?.id ?? "");
    const parts = messages.flatMap(({ role, parts }) => parts.map(({ type }) => `${role} ${type}`));
    expect(parts.slice(0, 2)).toEqual(["system text", "user text"]);
    expect(parts).toContain("assistant tool_call");
    expect(parts).toContain("user tool_result");
    expect(parts.at(-1)).toBe("assistant text");
    expect(steps[0]).toMatchObject({ state: "Load Agent Configuration", depth: 0 });
    expect(steps.find(({ state }) => state === "Get Tool Details")?.depth).toBe(1);
    expect(new Set(steps.map(({ status }) => status))).toEqual(new Set(["succeeded"]));
  });

  test("viewers see status, times, tokens and cost, and no text of any kind", async () => {
    const { runs } = await list("research-agent", "?status=failed", app.viewer);
    expect(runs[0]).toMatchObject({ cause: null, explained: expect.anything() });
    const failed = await details("research-agent", runs[0]?.id ?? "", app.viewer);
    expect(failed).toMatchObject({ messages: [], input: null, output: null, cause: null });
    for (const { input, output, cause } of failed.steps) {
      expect([input, output, cause]).toEqual([null, null, null]);
    }
    expect(failed.steps.at(-1)).toMatchObject({ status: "failed" });
  });

  test("a run is found by its name and by its ARN", async () => {
    const { runs } = await list("research-agent");
    expect(runs.length).toBe(sampleMessages.length);
    const found = await list("research-agent", `?q=${runs[1]?.id}`);
    expect(found.runs.map(({ id }) => id)).toEqual([runs[1]?.id]);
    const byArn = await list("research-agent", `?q=${encodeURIComponent(runs[1]?.arn ?? "")}`);
    expect(byArn.runs).toEqual(found.runs);
    const none = await list("research-agent", "?q=nothing-like-this");
    expect([none.runs, none.notes.length]).toEqual([[], 1]);
    expect((await app.admin.get(`${runsPath("research-agent")}?status=odd`)).status).toBe(422);
  });

  test("a run of another agent's machine is not found", async () => {
    const { runs } = await list("research-agent");
    const arn = encodeURIComponent(runs[0]?.arn ?? "");
    expect((await app.admin.get(`${runsPath("maps-agent")}/${arn}`)).status).toBe(404);
    expect((await app.admin.get(`${runsPath("maps-agent")}/nothing`)).status).toBe(404);
    expect((await app.admin.get(runsPath("nobody"))).status).toBe(404);
  });
});

describe("runs from here", () => {
  test("a message is run on the agent's model of that moment, and run again", async () => {
    const agent = "research-agent";
    const message = "Which industries are there?";
    const started = await app.admin.post(runsPath(agent), { message });
    expect(started.status).toBe(202);
    const first = await finished(agent, started.body.id as string);
    expect(first).toMatchObject({ status: "succeeded", provider: "openai", too_low: null });
    expect(JSON.stringify(first.messages)).toContain(message);
    expect((await list(agent)).runs[0]?.id).toBe(first.id);

    const target = { llm_provider: "anthropic", llm_model: "claude-sonnet-4-6" };
    expect((await app.admin.patch(agentPath(agent), target)).status).toBe(200);
    const again = await app.admin.post(runsPath(agent), { rerun: first.id });
    const second = await finished(agent, again.body.id as string);
    expect(second).toMatchObject({ input: first.input, model_id: target.llm_model });
    expect(second.too_low).toContain("cache");

    const gemini = { llm_provider: "google", llm_model: "gemini-3.5-flash" };
    await app.aws.put(tables.models, modelRow("google", gemini.llm_model));
    expect((await app.admin.patch(agentPath(agent), gemini)).status).toBe(200);
    const { body } = await app.admin.post(runsPath(agent), { rerun: first.id });
    const third = await finished(agent, body.id as string);
    expect(third).toMatchObject({ model_id: gemini.llm_model });
    expect(third.too_low).toContain("thinking");

    const entity = encodeURIComponent(`agent:${agent}/v1.0`);
    const activity = await app.admin.get(`/api/activity?entity=${entity}&action=run.start`);
    const events = activity.body.events as { after: object }[]; // By the contract.
    expect(events.map(({ after }) => after)).toEqual([
      { run: { S: third.id }, rerun_of: { S: first.id } },
      { run: { S: second.id }, rerun_of: { S: first.id } },
      { run: { S: first.id }, message_length: { N: String(message.length) } },
    ]);
    expect(JSON.stringify(events)).not.toContain("industries");
  });

  test("only admins start and stop runs, and only with a message", async () => {
    expect((await app.viewer.post(runsPath("sql-agent"), { message: "Hi" })).status).toBe(403);
    expect((await app.admin.post(runsPath("sql-agent"), { message: " " })).status).toBe(422);
    expect((await app.admin.post(runsPath("sql-agent"), { message: "Hi", more: 1 })).status).toBe(
      422,
    );
    const missing = await app.admin.post(runsPath("sql-agent"), { rerun: "nothing" });
    expect(missing.status).toBe(404);
  });
});

describe("runs of every kind", () => {
  test("one that runs is shown as it runs, and is stopped", async () => {
    const arn = await deploy(
      "waiting-agent",
      { Wait: { Type: "Wait", Seconds: 3600, Next: "Done" }, Done: { Type: "Succeed" } },
      "Wait",
    );
    await start(arn, {}, "waits");
    const running = await details("waiting-agent", "waits");
    expect(running).toMatchObject({ status: "running", stopped_at: null, duration_ms: null });
    expect(running.steps).toMatchObject([{ state: "Wait", type: "Wait", status: "running" }]);
    expect((await app.admin.post(`${runsPath("waiting-agent")}/waits/stop`, {})).status).toBe(202);
    const stopped = await details("waiting-agent", "waits");
    expect(stopped).toMatchObject({ status: "aborted", explained: { code: "stopped" } });
    expect(stopped.steps).toMatchObject([{ status: "stopped" }]);
  });

  test("one that took longer than its machine allows has timed out", async () => {
    const states = { Wait: { Type: "Wait", Seconds: 3600, End: true } };
    await start(await deploy("slow-agent", states, "Wait", { TimeoutSeconds: 1 }), {}, "slow");
    const run = await finished("slow-agent", "slow");
    expect(run).toMatchObject({ status: "timed_out", explained: { code: "machine_timeout" } });
    expect(run.steps).toMatchObject([{ state: "Wait", status: "stopped" }]);
    expect((await list("slow-agent", "?status=timed_out")).runs).toHaveLength(1);
  });

  test("a tool result of 200 KB is whole, beside its call", async () => {
    const content = "result ".repeat(30_000);
    const call = { type: "tool_use", id: "1", name: "web_search", input: { q: "Acme" } };
    const messages = [
      { role: "user", content: "Who is Acme?" },
      { role: "assistant", content: [call] },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "1", content }] },
    ];
    const arn = await deploy("searching-agent", { Echo: { Type: "Pass", End: true } }, "Echo");
    await start(arn, { messages }, "searches");
    const run = await finished("searching-agent", "searches");
    expect(run.messages.slice(1).map(({ parts }) => parts)).toEqual([
      [{ type: "tool_call", id: "1", name: "web_search", arguments: '{"q":"Acme"}' }],
      [{ type: "tool_result", id: "1", content }],
    ]);
    expect(JSON.stringify(await details("searching-agent", "searches", app.viewer))).not.toContain(
      "result result",
    );
  });

  test("one of 300 states keeps their order and says which one failed", async () => {
    const states = Object.fromEntries(
      Array.from({ length: 299 }, (_, at) => [
        `Step ${at}`,
        { Type: "Pass", Next: at === 298 ? "Stop" : `Step ${at + 1}` },
      ]),
    );
    const arn = await deploy(
      "long-agent",
      { ...states, Stop: { Type: "Fail", Error: "Enough", Cause: "That is all" } },
      "Step 0",
    );
    await start(arn, {}, "long");
    const run = await finished("long-agent", "long");
    expect(run.steps.map(({ state }) => state)).toEqual([...Object.keys(states), "Stop"]);
    expect(run.steps.at(-1)).toMatchObject({ status: "failed" });
    expect(run).toMatchObject({
      error: "Enough",
      cause: "That is all",
      explained: { code: "unknown" },
    });
  });

  test("a long text is shown, and a key in it is not", async () => {
    const secret = await app.aws.secretText();
    const key = JSON.parse(secret).OPENAI_API_KEY as string;
    const content = `${"long ".repeat(40_000)} ${key} sk-proj-${"a".repeat(40)}`;
    const arn = await deploy("leaky-agent", { Echo: { Type: "Pass", End: true } }, "Echo");
    await start(arn, { messages: [{ role: "user", content }] }, "leaks");
    const run = await finished("leaky-agent", "leaks");
    expect(JSON.stringify(run)).not.toContain(key);
    expect(JSON.stringify(run)).not.toContain("sk-proj-");
    const [message] = run.messages;
    const text = message?.parts[0]?.type === "text" ? message.parts[0].text : "";
    expect(text.startsWith("long long")).toBe(true);
    expect(text.length).toBeGreaterThan(200_000);
    expect(run.steps[0]?.output).toContain("[cut off: ");
  });

  test("keys of other services are removed wherever a run holds them", async () => {
    const keys = [
      `ghp_${"a1".repeat(18)}`,
      `xoxb-${"1".repeat(12)}-${"b2".repeat(12)}`,
      `eyJ${"h3".repeat(10)}.eyJ${"p4".repeat(10)}.${"s5".repeat(20)}`,
      `-----BEGIN PRIVATE KEY-----\n${"MIIk".repeat(100)}\n-----END PRIVATE KEY-----`,
    ];
    const said = `It is\n${keys.join("\n")}\nor so`;
    const stop = { Type: "Fail", Error: `With ${keys[0]}`, Cause: JSON.stringify({ said }) };
    const arn = await deploy(
      "telling-agent",
      { Echo: { Type: "Pass", Next: "Stop" }, Stop: stop },
      "Echo",
    );
    await start(arn, { messages: [{ role: "user", content: said }] }, "tells");
    const answers = [
      await finished("telling-agent", "tells"),
      await details("telling-agent", "tells", app.viewer),
      await list("telling-agent"),
    ];
    for (const answer of answers) {
      const text = JSON.stringify(answer);
      for (const key of keys) for (const part of key.split("\n")) expect(text).not.toContain(part);
      expect(answer).toHaveProperty(
        "runs" in answer ? "runs.0.error" : "error",
        "With [key removed]",
      );
    }
    const [run] = answers;
    expect(run).toMatchObject({
      messages: [{ parts: [{ text: expect.stringMatching(/^It is\n\[key removed\]/) }] }],
    });
  });

  test("a row without a machine, and one that no machine reads, say so", async () => {
    await register("nameless-agent", "somewhere");
    expect((await list("nameless-agent")).unavailable?.code).toBe("no_machine");
    await register("machineless-agent", machineOf("not-there"));
    expect((await list("machineless-agent")).unavailable?.code).toBe("deleted");
    await register("copied-agent", machineOf("research-agent"));
    expect((await list("copied-agent")).unavailable).toMatchObject({
      code: "never_read",
      why: expect.stringContaining("research-agent v1.0"),
    });
  });
});

describe("prices", () => {
  test("a run at the base price of another region says so, and so do its calls", async () => {
    const agent = "research-agent";
    const target = { llm_provider: "bedrock", llm_model: "eu.amazon.nova-pro-v1:0" };
    const prices = { input_price: { N: "0.8" }, output_price: { N: "3.2" } };
    await app.aws.put(tables.models, modelRow("bedrock", target.llm_model, prices));
    expect((await app.admin.patch(agentPath(agent), target)).status).toBe(200);
    const { body } = await app.admin.post(runsPath(agent), { message: "Hello" });
    const run = await finished(agent, body.id as string);
    expect(run).toMatchObject({ model_id: target.llm_model, price_region_may_differ: true });
    const said = run.model_calls.map((call) => call.price_region_may_differ);
    expect(said).toEqual(run.model_calls.map(() => true));
    expect((await list(agent)).runs[0]).toMatchObject({ price_region_may_differ: true });
  });

  test("a run keeps the price of its day when the price changes", async () => {
    const before = (await list("research-agent")).runs.find(({ cost_usd }) => cost_usd !== null);
    const path = modelPath(before?.provider ?? "", before?.model_id ?? "");
    expect((await app.admin.patch(path, { input_price: 999, output_price: 999 })).status).toBe(200);
    const after = (await list("research-agent")).runs.find(({ id }: Run) => id === before?.id);
    expect(after?.cost_usd).toBe(before?.cost_usd);
  });
});
