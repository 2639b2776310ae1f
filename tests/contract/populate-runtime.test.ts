import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSampleRunMetrics } from "../../scripts/populate/run-metrics";
import { runSampleAgents, seedRuntime } from "../../scripts/populate/runtime";
import sampleAgents from "../../scripts/populate/sample-agents.json";
import { seed as writeSeed } from "../../scripts/populate/seed";
import { createTables, createToolRegistry, tableNames } from "../../scripts/populate/tables";
import { type Simulator, startSimulator } from "../../scripts/simulator/server";
import { connectionTo } from "../support/embedded-endpoint";
import { type EmbeddedStore, openEmbeddedStore } from "../support/embedded-store";

let store: EmbeddedStore;
let simulator: Simulator;
let sfn: SFNClient;
const unreachable = "http://127.0.0.1:1";
const upstreams = {
  openai: unreachable,
  anthropic: unreachable,
  google: unreachable,
  bedrock: unreachable,
  xai: unreachable,
  deepseek: unreachable,
};

beforeAll(async () => {
  store = await openEmbeddedStore();
  simulator = await startSimulator({ port: 0, upstreams, pace: 0 });
  store.aws.connectProviders(simulator.baseUrls);
  sfn = new SFNClient(connectionTo(store.aws));
});

afterAll(async () => {
  sfn.destroy();
  await store.close();
  await simulator.stop();
});

/** The environment whose secret the older agents' callers read. */
const prod = {
  envName: "prod",
  tables: tableNames("prod"),
  secretId: "/ai-agent/llm-secrets/prod",
};

/** Populates new tables as a start does. */
async function populate(seed: string, environment = store.newEnvironment()) {
  const { envName, tables, secretId } = environment;
  const { dynamodb, secretsManager } = store;
  const tools = `ToolRegistry-${envName}`;
  await createTables({ dynamodb, envName });
  await createToolRegistry(dynamodb, tools);
  await writeSeed({ dynamodb, secretsManager, tables, secretId, seed });
  const all = { ...tables, tools };
  await seedRuntime({ dynamodb, sfn, environment: envName, tables: all, secretId, seed });
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: tools }));
  return { tools: Items.map((item) => unmarshall(item)) };
}

describe("sample data", () => {
  test("has a machine for every row that names one, real tools, and runs that differ", async () => {
    const { tools } = await populate("default", prod);
    expect(tools.length).toBeGreaterThan(10);
    for (const { tool_name, input_schema } of tools) {
      const schema: unknown = JSON.parse(input_schema);
      const decoded = typeof schema === "string" ? JSON.parse(schema) : schema;
      expect([tool_name, decoded.type]).toEqual([tool_name, "object"]);
    }
    expect(tools.some((tool) => typeof JSON.parse(tool.input_schema) === "string")).toBe(true);

    const arns = [...new Set(sampleAgents.flatMap((row) => row.state_machine_arn ?? []))];
    for (const stateMachineArn of arns) {
      const described = await sfn.send(new DescribeStateMachineCommand({ stateMachineArn }));
      expect(described.definition).toContain("JSONata");
    }

    await runSampleAgents(sfn, store.aws.runInPast);
    await runSampleAgents(sfn, store.aws.runInPast);
    const ends: Record<string, string[]> = {};
    for (const stateMachineArn of arns) {
      const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
      expect(executions.length).toBeGreaterThanOrEqual(2);
      const name = stateMachineArn.split(":").at(-1) ?? "";
      ends[name] = await Promise.all(executions.map(({ executionArn }) => endOf(executionArn)));
    }
    expect(ends["web-research-agent-prod"]).toContainEqual("SUCCEEDED");
    for (const name of ["maps-agent-prod", "timeseries-agent-prod", "sql-agent-prod"])
      expect(ends[name]).toContainEqual(
        expect.stringMatching(/Provider API error: \w+ returned 404/),
      );
    expect(ends["support-agent-prod"]).toEqual(
      Array(2).fill(expect.stringContaining("missing field `endpoint`")),
    );
    for (const name of ["invoice-agent-prod", "vision-agent-prod"])
      expect(ends[name]?.[0]).toContain(
        "'$states.result.Item' specified for the field 'Assign/llm_config' returned nothing (undefined).",
      );
    expect(ends["broken-agent-prod"]?.[0]).toContain("'Load Tool Definitions'");
  });

  async function endOf(executionArn: string | undefined): Promise<string> {
    const { status = "", cause } = await sfn.send(new DescribeExecutionCommand({ executionArn }));
    return cause ?? status;
  }
});

describe("a seed file", () => {
  const definition = {
    QueryLanguage: "JSONata",
    StartAt: "A",
    States: { A: { Type: "Succeed" } },
  };

  async function fileOf(content: object): Promise<string> {
    const path = join(store.folder, `seed-${Math.random()}.json`);
    await writeFile(path, JSON.stringify(content));
    return path;
  }

  test("brings tools and machines, whose definitions are text or objects", async () => {
    const ToolRegistry = [{ tool_name: "mine", input_schema: "not json" }];
    const StateMachines = [
      { name: "file-object", definition },
      { name: "file-text", definition: JSON.stringify(definition) },
    ];
    const { tools } = await populate(await fileOf({ ToolRegistry, StateMachines }));
    expect(tools).toEqual(ToolRegistry);
    const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
    const names = stateMachines.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["file-object", "file-text"]));
  });

  test("with a definition that can't be created is refused by the machine's name", async () => {
    const StateMachines = [{ name: "file-bad", definition: { StartAt: "Gone", States: {} } }];
    await expect(populate(await fileOf({ StateMachines }))).rejects.toThrow(
      /The state machine "file-bad" can't be created: Invalid State Machine Definition/,
    );
  });
});

test("SEED=none leaves ToolRegistry empty", async () => {
  expect((await populate("none")).tools).toEqual([]);
});

test("samples have 30 days of run metrics, which a second run leaves as they are", async () => {
  const { aws, close } = await openEmbeddedStore();
  const cloudwatch = new CloudWatchClient(connectionTo(aws));
  const now = new Date();
  const write = () =>
    writeSampleRunMetrics({ cloudwatch, now, backfill: (body) => aws.backfillMetrics(body) });
  const machine = sampleAgents.find(({ agent_name }) => agent_name === "batch-agent");
  const Dimensions = [{ Name: "StateMachineArn", Value: machine?.state_machine_arn ?? "" }];
  const sumOf = async (MetricName: string, Stat: string) => {
    const Metric = { Namespace: "AWS/States", MetricName, Dimensions };
    const { MetricDataResults = [] } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - 30 * 86_400_000),
        EndTime: now,
        MetricDataQueries: [{ Id: "m", MetricStat: { Metric, Period: 86_400, Stat } }],
      }),
    );
    return (MetricDataResults[0]?.Values ?? []).reduce((sum, value) => sum + value, 0);
  };
  const read = () =>
    Promise.all([
      sumOf("ExecutionsStarted", "Sum"),
      sumOf("ExecutionsSucceeded", "Sum"),
      sumOf("ExecutionsFailed", "Sum"),
      sumOf("ExecutionTime", "SampleCount"),
    ]);
  await write();
  const [started = 0, succeeded = 0, failed = 0, timed] = await read();
  expect(started).toBeGreaterThan(300);
  expect(failed).toBeGreaterThan(0);
  expect([succeeded + failed, timed]).toEqual([started, started]);
  await write();
  expect(await read()).toEqual([started, succeeded, failed, timed]);
  cloudwatch.destroy();
  await close();
});
