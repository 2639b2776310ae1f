import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createEvent, newEvent } from "@/lib/activity/repository";
import type { Finding } from "@/lib/findings/schema";
import type { AgentHealth, RecentRunsList, RunCosts } from "@/lib/run-health/schema";
import { throttled } from "../support/fault-proxy";
import { unifiedMachine } from "../support/sample-machines";
import { agentPath, agentRow, type Item, modelRow, tables, unique } from "./console";
import { startUsageConsole } from "./usage-console";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const ago = (ms: number) => new Date(Date.now() - ms);

let app: Awaited<ReturnType<typeof startUsageConsole>>;
let sfn: SFNClient;

beforeAll(async () => {
  app = await startUsageConsole();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  sfn = new SFNClient({ endpoint: app.awsUrl, region: "eu-west-1", credentials });
});

afterAll(async () => {
  sfn.destroy();
  await app.stop();
});

async function createMachine(name: string, definition: object): Promise<string> {
  const roleArn = "arn:aws:iam::000000000000:role/agent";
  const request = { name, definition: JSON.stringify(definition), roleArn };
  return (await sfn.send(new CreateStateMachineCommand(request))).stateMachineArn ?? "";
}

/** An agent with a machine of its own, which reads version v1.0. */
async function createAgent({ definition }: { definition?: object } = {}) {
  const name = unique("health");
  const arn = await createMachine(`${name}-prod`, definition ?? unifiedMachine({ name }));
  const row = agentRow(name, "openai", "gpt-new", { state_machine_arn: { S: arn } });
  await app.aws.put(tables.agents, row);
  return { name, arn, row };
}

type Counts = { succeeded?: number; failed?: number; timed_out?: number; ms?: number };

/** Step Functions' metrics of runs that ended at one time. */
async function ran(arn: string, at: Date, counts: Counts) {
  const { succeeded = 0, failed = 0, timed_out = 0, ms = 1000 } = counts;
  const runs = succeeded + failed + timed_out;
  const Dimensions = [{ Name: "StateMachineArn", Value: arn }];
  const Timestamp = at.getTime() / 1000;
  const values = {
    ExecutionsStarted: runs,
    ExecutionsSucceeded: succeeded,
    ExecutionsFailed: failed,
    ExecutionsTimedOut: timed_out,
  };
  const MetricData: object[] = Object.entries(values).flatMap(([MetricName, Value]) =>
    Value === 0 ? [] : [{ MetricName, Dimensions, Timestamp, Value }],
  );
  const times = { Values: [ms], Counts: [runs] };
  MetricData.push({ MetricName: "ExecutionTime", Dimensions, Timestamp, ...times });
  await app.backfill({ Namespace: "AWS/States", MetricData });
}

/** The event of a change that was made some time ago. */
async function changedAt(agent: string, at: Date, before: Item, after: Item) {
  const event = newEvent({
    action: "agent.update",
    actor: "ann",
    entity: { kind: "agent", id: `${agent}/v1.0` },
    outcome: "done",
    before,
    after,
    request_id: null,
  });
  const { row } = createEvent({ ...event, at: at.toISOString() });
  await app.aws.put(tables.management, row ?? {});
  return event.event_id;
}

async function health(name: string, search = ""): Promise<AgentHealth> {
  const { status, text } = await app.viewer.get(`${agentPath(name)}/health${search}`);
  expect(status, text).toBe(200);
  return JSON.parse(text);
}

const recentRuns = async () => {
  const { status, text } = await app.viewer.get("/api/agents/recent-runs");
  expect(status, text).toBe(200);
  return JSON.parse(text) as RecentRunsList;
};

describe("an agent's health", () => {
  // First, before usage of the same days is cached.
  test("compares failures, median duration and cost before and after the last switch", async () => {
    const { name, arn } = await createAgent();
    const model = unique("gpt");
    await app.aws.put(
      tables.models,
      modelRow("openai", model, {
        input_price: { N: "10" },
        output_price: { N: "20" },
        output_price_source: { S: "catalog" },
      }),
    );
    await app.aws.put(
      tables.agents,
      agentRow(name, "openai", model, { state_machine_arn: { S: arn } }),
    );
    const at = ago(30 * hourMs);
    await changedAt(name, at, { llm_model: { S: "gpt-old" } }, { llm_model: { S: model } });
    await ran(arn, ago(40 * hourMs), { succeeded: 40, ms: 6000 });
    await ran(arn, ago(35 * hourMs), { succeeded: 10, ms: 9000 });
    await ran(arn, ago(10 * hourMs), { succeeded: 8, failed: 2, ms: 2500 });
    await app.use([
      {
        at: ago(10 * hourMs),
        input: 100_000,
        output: 50_000,
        agent: name,
        provider: "openai",
        model,
      },
    ]);
    const { since_switch, notes } = await health(name);
    expect(since_switch).toMatchObject({
      at: at.toISOString(),
      from: { provider: "openai", model_id: "gpt-old" },
      to: { provider: "openai", model_id: model },
      before: { runs: 50, failed: 0, median_ms: 6000, cost_per_run_usd: null },
      after: { runs: 10, failed: 2, median_ms: 2500, cost_per_run_usd: 0.2, by_family_usd: 0.1 },
      verdict: "more_failures",
    });
    expect(notes).toEqual([]);
  });

  test("counts runs by hour or day, with a mark for each switch and prompt change", async () => {
    const { name, arn } = await createAgent();
    await ran(arn, ago(26 * hourMs), { succeeded: 3, failed: 1 });
    await ran(arn, ago(2 * hourMs), { succeeded: 2, timed_out: 1 });
    const switched = await changedAt(
      name,
      ago(20 * hourMs),
      { llm_model: { S: "gpt-old" } },
      { llm_model: { S: "gpt-new" } },
    );
    await changedAt(
      name,
      ago(3 * hourMs),
      { system_prompt: { S: "Be brief." } },
      { system_prompt: { S: "You help." } },
    );
    const from = ago(2 * dayMs).toISOString();
    const hourly = await health(name, `?from=${from}`);
    expect(hourly).toMatchObject({
      period_seconds: 3600,
      series: [
        { started: 4, succeeded: 3, failed: 1, timed_out: 0, aborted: 0 },
        { started: 3, succeeded: 2, failed: 0, timed_out: 1, aborted: 0 },
      ],
      changes: [
        { event_id: switched, kind: "switch", what: "Model changed from gpt-old to gpt-new" },
        { kind: "prompt", what: "System prompt changed" },
      ],
      notes: [],
    });
    expect(JSON.stringify(hourly)).not.toContain("Be brief");
    expect((await health(name)).period_seconds).toBe(86_400);
  });

  test("gives no verdict with fewer than ten runs on a side", async () => {
    const { name, arn } = await createAgent();
    await changedAt(
      name,
      ago(5 * hourMs),
      { llm_model: { S: "gpt-old" } },
      { llm_model: { S: "gpt-new" } },
    );
    await ran(arn, ago(8 * hourMs), { succeeded: 30 });
    await ran(arn, ago(2 * hourMs), { failed: 9 });
    expect((await health(name)).since_switch).toMatchObject({
      before: { runs: 30 },
      after: { runs: 9, failed: 9 },
      verdict: "too_few_runs",
    });
  });

  test("tells runs within the minute of a switch apart by their start", async () => {
    const definition = {
      QueryLanguage: "JSONata",
      StartAt: "Done",
      States: { Done: { Type: "Succeed" } },
    };
    const { name, arn } = await createAgent({ definition });
    const run = async () => {
      const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn: arn }));
      const status = async () =>
        (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status;
      await expect.poll(status, { timeout: 60_000 }).toBe("SUCCEEDED");
    };
    const model = unique("gpt");
    await app.aws.put(tables.models, modelRow("openai", model));
    await run();
    await run();
    const changes = { llm_provider: "openai", llm_model: model, override_reason: "A test" };
    expect((await app.admin.patch(agentPath(name), changes)).status).toBe(200);
    await run();
    expect((await health(name)).since_switch).toMatchObject({
      to: { provider: "openai", model_id: model },
      before: { runs: 2, failed: 0 },
      after: { runs: 1, failed: 0 },
    });
  });

  test("says whose runs they are where two rows name one machine", async () => {
    const { name, arn, row } = await createAgent();
    await app.aws.put(tables.agents, { ...row, version: { S: "v0.9" } });
    await ran(arn, ago(hourMs), { succeeded: 1 });
    const path = agentPath(name).replace(/v1\.0$/, "v0.9");
    const { body } = await app.viewer.get(`${path}/health`);
    expect(body).toMatchObject({ series: [], as_of: null });
    expect(body.notes).toEqual([expect.stringMatching(/^Never read by its machine: .* v1\.0/)]);
    expect((await health(name)).series).toMatchObject([{ succeeded: 1 }]);
  });

  test("still answers while CloudWatch throttles, and says what is missing", async () => {
    const { name } = await createAgent();
    await changedAt(
      name,
      ago(5 * hourMs),
      { llm_model: { S: "gpt-old" } },
      { llm_model: { S: "gpt-new" } },
    );
    const match = { operation: "GetMetricData", containing: "AWS/States" };
    const restore = app.proxy.inject(match, throttled);
    const answer = await health(name);
    restore();
    expect(answer).toMatchObject({
      series: [],
      as_of: null,
      changes: [{ kind: "switch" }],
      since_switch: { before: null, after: null, verdict: null },
    });
    expect(answer.notes).toEqual([
      expect.stringContaining("The runs over time could not be read: CloudWatch is throttling"),
      expect.stringContaining("before and after the last switch could not be read"),
    ]);
  });

  test("refuses unknown agents and ranges that lie in the future", async () => {
    expect((await app.viewer.get(`${agentPath("nobody")}/health`)).status).toBe(404);
    const { name } = await createAgent();
    const { status } = await app.viewer.get(`${agentPath(name)}/health?from=2999-01-01`);
    expect(status).toBe(422);
  });
});

describe("the cost per run", () => {
  test("is the cost of the tokens divided by the runs, by agent and by model", async () => {
    const { name, arn, row } = await createAgent();
    const model = unique("gpt");
    const prices = { input_price: { N: "10" }, output_price: { N: "20" } };
    // The catalogs list no such model, so its price can only be its family's.
    const source = { input_price_source: { S: "catalog" } };
    await app.aws.put(tables.models, modelRow("openai", model, { ...prices, ...source }));
    await app.aws.put(tables.agents, { ...row, llm_model: { S: model } });
    const at = ago(3 * dayMs);
    await ran(arn, at, { succeeded: 3, failed: 1 });
    await app.use([{ at, input: 100_000, output: 50_000, agent: name, provider: "openai", model }]);
    const range = `from=${ago(5 * dayMs).toISOString()}`;
    const costs = async () => {
      const { body } = await app.viewer.get(`/api/usage/runs?${range}`);
      const { agents, models } = body as RunCosts; // By docs/contract.md.
      return [...agents, ...models].filter(({ key }) => [name, `openai#${model}`].includes(key));
    };
    await expect.poll(costs, { timeout: 60_000, interval: 1_000 }).toEqual([
      { key: name, runs: 4, cost_per_run_usd: 0.5, by_family_usd: 0.25 },
      { key: `openai#${model}`, runs: 4, cost_per_run_usd: 0.5, by_family_usd: 0.25 },
    ]);
  });

  test("is missing while CloudWatch throttles, and the answer says so", async () => {
    const match = { operation: "GetMetricData", containing: "AWS/States" };
    const restore = app.proxy.inject(match, throttled);
    const { status, body } = await app.viewer.get(
      `/api/usage/runs?from=${ago(9 * dayMs).toISOString()}`,
    );
    restore();
    expect(status).toBe(200);
    expect(body).toMatchObject({
      agents: [],
      models: [],
      unread: expect.stringContaining("throttling"),
    });
  });
});

describe("the recent runs of all agents", () => {
  test("are read in few calls, and say which agents they don't know", async () => {
    const rows = (await app.aws.scan(tables.agents)).map((row) => unmarshall(row));
    await Promise.all(
      rows.map(({ agent_name, version }) =>
        app.aws.remove(tables.agents, { agent_name: { S: agent_name }, version: { S: version } }),
      ),
    );
    const busy = await createAgent();
    const idle = await createAgent();
    const never = await createAgent();
    await app.aws.put(tables.agents, { ...busy.row, version: { S: "v0.9" } });
    const homeless = unique("health");
    await app.aws.put(tables.agents, agentRow(homeless, "openai", "gpt-new"));
    const gone = unique("health");
    const goneArn = busy.arn.replace(busy.name, gone);
    await app.aws.put(
      tables.agents,
      agentRow(gone, "openai", "gpt-new", { state_machine_arn: { S: goneArn } }),
    );
    await ran(busy.arn, ago(3 * hourMs), { succeeded: 3, failed: 1 });
    await ran(busy.arn, ago(30 * hourMs), { failed: 5 });
    await ran(idle.arn, ago(3 * dayMs), { succeeded: 1 });
    app.proxy.calls.length = 0;
    const list = await recentRuns();
    const calls = app.proxy.calls.filter(({ operation }) => operation === "GetMetricData");
    expect(calls).toHaveLength(2);
    const figures = new Map(list.agents.map((entry) => [entry.agent_name, entry]));
    expect(figures.get(busy.name)).toMatchObject({ version: "v1.0", runs: 4, failed: 1 });
    expect(figures.get(idle.name)).toMatchObject({ runs: 0, failed: 0 });
    const last = Date.parse(figures.get(idle.name)?.last_run_at ?? "");
    expect(Math.abs(last - ago(3 * dayMs).getTime())).toBeLessThan(2 * hourMs);
    expect(figures.get(never.name)).toMatchObject({ runs: 0, last_run_at: null });
    const why = new Map(
      list.unknown.map((entry) => [`${entry.agent_name} ${entry.version}`, entry.why]),
    );
    expect(why.get(`${busy.name} v0.9`)).toMatch(/^Never read by its machine/);
    expect(why.get(`${homeless} v1.0`)).toMatch(/names no state machine/);
    expect(why.get(`${gone} v1.0`)).toMatch(/There is no state machine/);
  });
});

describe("checks of failing runs", () => {
  const definition = (end: object) => ({
    QueryLanguage: "JSONata",
    StartAt: "End",
    States: { End: end },
  });
  const succeeds = definition({ Type: "Succeed" });
  const fails = definition({
    Type: "Fail",
    Error: "Box",
    Cause: '{"errorMessage":"Provider API error: openai returned 401: no such key"}',
  });

  async function run(stateMachineArn: string) {
    const { executionArn } = await sfn.send(new StartExecutionCommand({ stateMachineArn }));
    const status = async () =>
      (await sfn.send(new DescribeExecutionCommand({ executionArn }))).status;
    await expect.poll(status, { timeout: 60_000 }).not.toBe("RUNNING");
  }

  async function findings(name: string) {
    const { status, body } = await app.viewer.get("/api/checks");
    expect(status).toBe(200);
    const all = body.findings as Finding[]; // By docs/contract.md.
    return all.filter(({ code, subject }) => {
      return code.startsWith("agent_failing") && subject.id === `${name}/v1.0`;
    });
  }

  const polled = { timeout: 60_000, interval: 1_000 };

  test("find an agent whose runs fail, by the latest cause, until one succeeds", async () => {
    const { name, arn } = await createAgent({ definition: fails });
    for (let count = 0; count < 4; count++) await run(arn);
    expect(await findings(name)).toEqual([]);
    await run(arn);
    await expect
      .poll(() => findings(name), polled)
      .toMatchObject([
        { code: "agent_failing", evidence: expect.stringContaining("5 of 5 runs failed") },
      ]);
    const [{ evidence, fix }] = (await findings(name)) as [Finding];
    expect(`${evidence} ${fix}`).toMatch(/key/i);
    expect(evidence).not.toContain("no such key");
    const update = { stateMachineArn: arn, definition: JSON.stringify(succeeds) };
    await sfn.send(new UpdateStateMachineCommand(update));
    await run(arn);
    await expect.poll(() => findings(name), polled).toEqual([]);
  });

  test("end with the first success after the repair, whatever went well before", async () => {
    const { name, arn } = await createAgent({ definition: succeeds });
    for (let count = 0; count < 4; count++) await run(arn);
    const redefine = (definition: object) =>
      sfn.send(
        new UpdateStateMachineCommand({
          stateMachineArn: arn,
          definition: JSON.stringify(definition),
        }),
      );
    await redefine(fails);
    for (let count = 0; count < 3; count++) await run(arn);
    await expect
      .poll(() => findings(name), polled)
      .toMatchObject([{ evidence: expect.stringContaining("3 of 7 runs failed") }]);
    await redefine(succeeds);
    await run(arn);
    await expect.poll(() => findings(name), polled).toEqual([]);
  });

  test("blame the switch that an agent fails since, and offer the way back", async () => {
    const { name, arn } = await createAgent({ definition: fails });
    const at = ago(5 * hourMs);
    const event_id = await changedAt(
      name,
      at,
      { llm_model: { S: "gpt-old" } },
      { llm_model: { S: "gpt-new" } },
    );
    await ran(arn, ago(30 * hourMs), { succeeded: 40 });
    await ran(arn, ago(2 * hourMs), { failed: 6 });
    await expect
      .poll(() => findings(name), polled)
      .toMatchObject([
        {
          code: "agent_failing_since_switch",
          evidence: expect.stringContaining("0 of 40 runs failed"),
          action: {
            label: "Set it back",
            path: `${agentPath(name)}/rollback`,
            body: { event_id },
          },
        },
      ]);
  });

  test("say that runs are unchecked while CloudWatch throttles", async () => {
    const match = { operation: "GetMetricData", containing: "AWS/States" };
    const restore = app.proxy.inject(match, throttled);
    const unchecked = async () => (await app.viewer.get("/api/checks")).body.unchecked;
    await expect
      .poll(unchecked, polled)
      .toContainEqual(expect.stringMatching(/^Failing runs: CloudWatch is throttling/));
    restore();
  });
});
