import { GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AgentRecord } from "@/lib/agents/schema";
import { mapConcurrently } from "@/lib/batches";
import type { CheckReport } from "@/lib/checks/schema";
import type { AgentHealth, RecentRunsList, RunCosts } from "@/lib/run-health/schema";
import type { RunList } from "@/lib/runs/schema";
import { agentPath } from "./console";
import { type Counted, countCalls, describeCalls, failedRuns, fillWithAgents } from "./many-agents";
import { startUsageConsole } from "./usage-console";

// SCALE_AGENTS=500 prints the calls and times of a large platform.
const agents = Number(process.env.SCALE_AGENTS || 60);
const runsEach = 20;
const connection = {
  region: "eu-west-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
};

let app: Awaited<ReturnType<typeof startUsageConsole>>;
let sfn: SFNClient;
let filled: Awaited<ReturnType<typeof fillWithAgents>>;
let counter: ReturnType<typeof countCalls>;

beforeAll(async () => {
  app = await startUsageConsole();
  sfn = new SFNClient({ ...connection, endpoint: app.awsUrl });
  filled = await fillWithAgents(app, sfn, { agents, runsEach });
  app.store.enforceQuotas();
  counter = countCalls(app);
});

afterAll(async () => {
  counter?.stop();
  sfn?.destroy();
  await filled?.stop();
  await app?.stop();
});

/** Reads as a page does, and prints what it cost where the platform is a large one. */
async function read<T>(path: string, caller = app.viewer): Promise<Counted & { body: T }> {
  const start = performance.now();
  const { result, ...counted } = await counter.during(() => caller.get(path));
  expect([path, result.status, result.body.detail]).toEqual([path, 200, undefined]);
  print(path, performance.now() - start, counted);
  return { ...counted, body: result.body as T }; // By docs/contract.md.
}

function print(what: string, ms: number, counted: Counted): void {
  if (!process.env.SCALE_AGENTS) return;
  console.log(`${what}  ${ms.toFixed(0)} ms  ${describeCalls(counted)}`);
}

/** Attempts of the SDK for a call. */
const attempts = 3;
const counts = ({ calls }: Counted, operation: string) => calls.get(operation) ?? 0;

test("lists of agents describe some machines each, until all are known", async () => {
  const rounds = Math.ceil(agents / 60);
  for (let round = 1; round <= rounds; round++) {
    const { body, ...counted } = await read<{ agents: AgentRecord[] }>("/api/agents");
    expect(body.agents).toHaveLength(agents);
    expect(counts(counted, "DescribeStateMachine")).toBeLessThanOrEqual(60 * attempts);
  }
  const { body, calls } = await read<{ agents: AgentRecord[] }>("/api/agents");
  const unread = body.agents.filter(({ runtime }) => runtime?.source !== "definition");
  expect([unread.length, calls.get("DescribeStateMachine")]).toEqual([0, undefined]);
});

test("the recent runs of all agents come from few calls, and are those that ran", async () => {
  const { body, ...counted } = await read<RecentRunsList>("/api/agents/recent-runs");
  expect(counts(counted, "GetMetricData")).toBeLessThanOrEqual(Math.ceil((agents * 4) / 500) + 1);
  expect([body.unread, body.unknown, body.agents.length]).toEqual([null, [], agents]);
  // Runs start every 75 minutes.
  const failedOf = ({ agent_name }: { agent_name: string }) =>
    filled.failing.includes(agent_name) ? failedRuns : 0;
  for (const agent of body.agents) {
    expect([agent.runs, agent.failed]).toEqual([19, failedOf(agent)]);
  }
  const again = await read<RecentRunsList>("/api/agents/recent-runs");
  expect(counts(again, "GetMetricData")).toBe(0);
});

const unchecked = async () => {
  const { body } = await app.viewer.get("/api/checks");
  const report = body as CheckReport; // By docs/contract.md.
  return report.unchecked.filter((text) => text.startsWith("Failing runs"));
};

test("checks find the failing agents, and blame the switch of those that they look into", async () => {
  // On a busy machine the checks may not wait for the end of what they have begun.
  await expect.poll(unchecked, { timeout: 60_000, interval: 2_000 }).toEqual([]);
  const { body, ...counted } = await read<CheckReport>("/api/checks");
  const found = body.findings.filter(({ code }) => code.startsWith("agent_failing"));
  const subjects = found.map(({ subject }) => subject.id).sort();
  expect(subjects).toEqual(filled.failing.map((name) => `${name}/v1.0`).sort());
  const blamed = found.filter(({ code }) => code === "agent_failing_since_switch");
  expect(blamed).toHaveLength(Math.min(20, filled.failing.length));
  expect(counts(counted, "ListExecutions")).toBeLessThanOrEqual(20 * attempts);
});

test("checks that are read together look into each switch once", async () => {
  const together = await counter.during(() =>
    Promise.all(Array.from({ length: 3 }, () => app.viewer.get("/api/checks"))),
  );
  print("three times /api/checks", 0, together);
  // Two readings of a switch and, where those of all agents are due again, theirs.
  const switches = 2 * Math.min(20, filled.failing.length);
  const recent = Math.ceil((agents * 4) / 500) + 1;
  expect(counts(together, "GetMetricData")).toBeLessThanOrEqual(switches + recent);
});

test("the page of an agent reads its own runs and figures", async () => {
  const [name = ""] = filled.failing;
  const { body: list, ...listed } = await read<RunList>(`${agentPath(name)}/runs`);
  expect(list.runs.map(({ status }) => status).slice(0, failedRuns + 1)).toEqual([
    ...Array.from({ length: failedRuns }, () => "failed"),
    "succeeded",
  ]);
  expect(counts(listed, "ListExecutions")).toBeLessThanOrEqual(1);
  expect(counts(listed, "GetExecutionHistory")).toBeLessThanOrEqual(20 * attempts);
  const { body: health, ...figures } = await read<AgentHealth>(`${agentPath(name)}/health`);
  expect(health.since_switch).toMatchObject({
    before: { runs: runsEach - failedRuns, failed: 0 },
    after: { runs: failedRuns, failed: failedRuns },
  });
  expect(counts(figures, "GetMetricData")).toBeLessThanOrEqual(20);
});

test("when many agents are looked at together, each list answers and says what it could not read", async () => {
  const looked = filled.names.slice(-30);
  await useUpHistories();
  const lists = await counter.during(() =>
    mapConcurrently(looked, 10, async (name) => {
      const { status, body } = await app.viewer.get(`${agentPath(name)}/runs`);
      expect(status).toBe(200);
      return body as RunList; // By docs/contract.md.
    }),
  );
  const all = lists.result;
  print(`runs of ${looked.length} agents`, 0, lists);
  expect(lists.throttled.get("GetExecutionHistory")).toBeGreaterThan(0);
  for (const { runs, unavailable } of all) {
    if (unavailable) expect(unavailable.code).toBe("throttled");
    else expect(runs).toHaveLength(runsEach);
    for (const { missing, cost_usd, input_tokens, status } of runs) {
      if (missing) expect([missing, cost_usd, input_tokens]).toEqual([throttling, null, null]);
      else if (status === "succeeded") expect(cost_usd).toBeGreaterThan(0);
    }
  }
  expect(counts(lists, "ListExecutions")).toBeLessThanOrEqual(looked.length * attempts);
  expect(counts(lists, "GetExecutionHistory")).toBeLessThanOrEqual(
    looked.length * runsEach * attempts,
  );
  const rows = all.flatMap(({ runs }) => runs);
  const missing = rows.filter((run) => run.missing).length;
  if (process.env.SCALE_AGENTS) console.log(`${missing} of ${rows.length} rows without figures`);
  const path = `${agentPath(looked.at(-1) ?? "")}/runs`;
  const unreadRows = async () =>
    ((await app.viewer.get(path)).body as RunList).runs.filter((run) => run.missing).length;
  await expect.poll(unreadRows, { timeout: 60_000, interval: 2_000 }).toBe(0);
});

/** As if another program of the account had read as many histories as it may. */
async function useUpHistories(): Promise<void> {
  const once = new SFNClient({ ...connection, endpoint: app.awsUrl, maxAttempts: 1 });
  const executionArn = filled.template;
  const read = () => once.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1 }));
  const results = await Promise.allSettled(Array.from({ length: 500 }, read));
  expect(results.some(({ status }) => status === "rejected")).toBe(true);
  once.destroy();
}

const throttling = expect.stringContaining("throttling");

test("costs, and an evaluation of the checks, answer as well", async () => {
  const { body, ...counted } = await read<RunCosts>("/api/usage/runs");
  expect(body.unread).toBeNull();
  expect(counts(counted, "GetMetricData")).toBeLessThanOrEqual(Math.ceil((agents * 5) / 500) + 5);
  await read("/api/usage");
  const evaluation = await counter.during(() => app.admin.post("/api/checks/evaluate", undefined));
  print("evaluate", 0, evaluation);
  expect(evaluation.result.body).toMatchObject({ uncounted: null, unpublished: null });
});
