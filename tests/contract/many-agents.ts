import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import { expect } from "vitest";
import { createEvent, newEvent } from "@/lib/activity/repository";
import { mapConcurrently } from "@/lib/batches";
import { platformProviders } from "../../scripts/populate/machines/providers";
import { unifiedMachine } from "../../scripts/populate/machines/unified";
import { createToolRegistry } from "../../scripts/populate/tables";
import { startSimulator } from "../../scripts/simulator/server";
import { agentRow, modelRow, secretId, tables } from "./console";
import { N, S } from "./model-fixtures";
import type { startUsageConsole } from "./usage-console";

type UsageConsole = Awaited<ReturnType<typeof startUsageConsole>>;

const region = "eu-west-1";
const prefix = `arn:aws:states:${region}:000000000000`;
const machineOf = (name: string) => `${prefix}:stateMachine:${name}-prod`;
const tools = "ToolRegistry-prod";
const model = { provider: "openai", model_id: "gpt-4o" };
export const hourMs = 3_600_000;
/** A run starts every so often. */
const everyMs = 1.25 * hourMs;
/** The newest runs of a failing agent, which have failed since its last switch. */
export const failedRuns = 6;
const batch = 900;

/** Agents with a machine each and runs of one history; every tenth fails since it was switched. */
export async function fillWithAgents(
  app: UsageConsole,
  sfn: SFNClient,
  { agents, runsEach }: { agents: number; runsEach: number },
) {
  const simulator = await startSimulator({ port: 0, upstreams: noUpstreams, pace: 0 });
  app.store.connectProviders(simulator.baseUrls);
  await createToolRegistry(app.aws.dynamodb, tools);
  await app.aws.put(tools, {
    tool_name: S("search"),
    description: S("Searches."),
    input_schema: S('{"type":"object"}'),
  });
  await app.aws.putSecret('{"OPENAI_API_KEY":"sandbox-openai-1"}');
  const prices = { input_price: N("2.5"), output_price: N("10"), supports_tools: { BOOL: true } };
  await app.aws.put(tables.models, modelRow(model.provider, model.model_id, prices));
  const names = Array.from({ length: agents }, (_, index) => `agent-${index}`);
  await mapConcurrently(["template", ...names], 20, async (name) => {
    const roleArn = "arn:aws:iam::000000000000:role/agent";
    const request = { name: `${name}-prod`, definition: definitionOf(name), roleArn };
    await sfn.send(new CreateStateMachineCommand(request));
    await app.aws.put(
      tables.agents,
      agentRow(name, model.provider, model.model_id, {
        state_machine_arn: S(machineOf(name)),
        tools: S('[{"tool_name":"search"}]'),
      }),
    );
  });
  const now = Date.now();
  const [succeeded, failed] = await Promise.all([
    runOnce(app, sfn, "Who are you?"),
    runOnce(app, sfn, "Who are you? [[fail:overloaded]]"),
  ]);
  await app.aws.remove(tables.agents, app.aws.agentKey("template"));
  const plans = names.map((name, index) => {
    const isFailing = index % 10 === 0;
    const runs = Array.from({ length: runsEach }, (_, run) => {
      const started_at = now - (run + 1) * everyMs;
      return {
        started_at,
        stopped_at: started_at + 4_000,
        isFailed: isFailing && run < failedRuns,
      };
    });
    return { name, arn: machineOf(name), isFailing, runs };
  });
  const copy = async (template: string, isFailed: boolean) => {
    const copies = plans.flatMap(({ arn, runs }) =>
      runs.flatMap(({ isFailed: fails, ...times }, run) =>
        fails === isFailed ? [{ name: `run-${run}`, machineArn: arn, ...times }] : [],
      ),
    );
    await app.store.copyInPast(template, copies);
  };
  await copy(succeeded, false);
  await copy(failed, true);
  const data = plans.flatMap(({ arn, runs }) => runs.flatMap((run) => metricsOf(arn, run)));
  for (let start = 0; start < data.length; start += batch) {
    const MetricData = data.slice(start, start + batch);
    await app.backfill({ Namespace: "AWS/States", MetricData });
  }
  const switchedAt = new Date(now - (failedRuns + 0.5) * everyMs);
  const failing = plans.flatMap(({ name, isFailing }) => (isFailing ? name : []));
  for (const name of failing) await recordSwitch(app, name, switchedAt);
  return { names, failing, template: succeeded, stop: () => simulator.stop() };
}

const nowhere = "http://127.0.0.1:9";
const noUpstreams = {
  openai: nowhere,
  anthropic: nowhere,
  google: nowhere,
  bedrock: nowhere,
  xai: nowhere,
  deepseek: nowhere,
};

const definitionOf = (agent_name: string) =>
  unifiedMachine({
    agent_name,
    version: "v1.0",
    environment: "prod",
    tables: { agents: tables.agents, models: tables.models, tools },
    secretId,
    region,
    tools: [],
    providers: platformProviders(region),
    defaults: { llm_provider: model.provider, llm_model: model.model_id },
  });

/** @returns the execution's ARN */
async function runOnce({ store }: UsageConsole, sfn: SFNClient, content: string): Promise<string> {
  const isFailing = content.includes("fail");
  const name = isFailing ? "fails" : "succeeds";
  const input = JSON.stringify({ messages: [{ role: "user", content }] });
  await store.runInPast({ stateMachineArn: machineOf("template"), name, input }, 400 * 24 * hourMs);
  const executionArn = `${prefix}:execution:template-prod:${name}`;
  const { status, cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
  expect([status, cause]).toEqual([isFailing ? "FAILED" : "SUCCEEDED", cause]);
  return executionArn;
}

type PlannedRun = { started_at: number; stopped_at: number; isFailed: boolean };

function metricsOf(arn: string, { started_at, stopped_at, isFailed }: PlannedRun) {
  const Dimensions = [{ Name: "StateMachineArn", Value: arn }];
  const ended = { Dimensions, Timestamp: stopped_at / 1000 };
  const MetricName = isFailed ? "ExecutionsFailed" : "ExecutionsSucceeded";
  return [
    { Dimensions, MetricName: "ExecutionsStarted", Timestamp: started_at / 1000, Value: 1 },
    { ...ended, MetricName, Value: 1 },
    { ...ended, MetricName: "ExecutionTime", Value: stopped_at - started_at },
  ];
}

async function recordSwitch(app: UsageConsole, agent: string, at: Date): Promise<void> {
  const event = newEvent({
    action: "agent.update",
    actor: "ann",
    entity: { kind: "agent", id: `${agent}/v1.0` },
    outcome: "done",
    before: { llm_model: S("gpt-4") },
    after: { llm_model: S(model.model_id) },
    request_id: null,
  });
  const { row } = createEvent({ ...event, at: at.toISOString() });
  await app.aws.put(tables.management, row ?? {});
}

/** Counts the console's AWS calls by operation, and those that AWS throttled. */
export function countCalls({ proxy }: UsageConsole) {
  const throttled = new Map<string, number>();
  const stop = proxy.inject({}, async ({ call, forward, reply }) => {
    const answer = await forward();
    if (answer.status === 400 && answer.body.includes("Throttl")) {
      throttled.set(call.operation, (throttled.get(call.operation) ?? 0) + 1);
    }
    reply(answer);
  });
  return {
    stop,
    /** What was called meanwhile: "60 DescribeStateMachine (12 throttled)". */
    during: async <T>(act: () => Promise<T>) => {
      proxy.calls.length = 0;
      throttled.clear();
      const result = await act();
      const calls = new Map<string, number>();
      for (const { operation } of proxy.calls)
        calls.set(operation, (calls.get(operation) ?? 0) + 1);
      return { result, calls, throttled: new Map(throttled) };
    },
  };
}

export type Counted = Pick<
  Awaited<ReturnType<ReturnType<typeof countCalls>["during"]>>,
  "calls" | "throttled"
>;

export const describeCalls = ({ calls, throttled }: Counted) =>
  [...calls]
    .map(([operation, count]) => {
      const refused = throttled.get(operation);
      return `${count} ${operation}${refused ? ` (${refused} throttled)` : ""}`;
    })
    .join(", ");
