import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  type ExecutionListItem,
  ListStateMachinesCommand,
  paginateListExecutions,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeSampleRunMetrics } from "../../scripts/populate/run-metrics";
import { seedRuntime } from "../../scripts/populate/runtime";
import sampleAgents from "../../scripts/populate/sample-agents.json";
import { writeSampleHistory } from "../../scripts/populate/sample-history";
import { seed as writeSeed } from "../../scripts/populate/seed";
import { createTables, createToolRegistry, tableNames } from "../../scripts/populate/tables";
import { type Simulator, startSimulator } from "../../scripts/simulator/server";
import { connectionTo } from "../support/embedded-endpoint";
import { type EmbeddedStore, openEmbeddedStore } from "../support/embedded-store";

let store: EmbeddedStore;
let simulator: Simulator;
let sfn: SFNClient;
let cloudwatch: CloudWatchClient;
let answersRetired = false;
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
  simulator = await startSimulator({
    port: 0,
    upstreams,
    pace: 0,
    isMadeUp: () => answersRetired,
  });
  store.aws.connectProviders(simulator.baseUrls);
  sfn = new SFNClient(connectionTo(store.aws));
  cloudwatch = new CloudWatchClient(connectionTo(store.aws));
});

afterAll(async () => {
  sfn.destroy();
  cloudwatch.destroy();
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

    const now = new Date();
    await writeSampleRunMetrics({ cloudwatch, now, backfill: store.aws.backfillMetrics });
    const write = () =>
      writeSampleHistory({ sfn, ...store, ...store.aws, ...prod, withRetiredModels, now });
    await write();
    await write();
    const ends: Record<string, string[]> = {};
    for (const arn of arns) {
      const executions = await executionsOf(arn);
      expect([arn, executions.length]).toEqual([arn, await startedOf(arn, now)]);
      const newest = executions.slice(0, 20);
      const name = arn.split(":").at(-1) ?? "";
      ends[name] = await Promise.all(newest.map(({ executionArn }) => endOf(executionArn)));
    }
    expect(ends["web-research-agent-prod"]).toContainEqual("SUCCEEDED");
    for (const name of ["maps-agent-prod", "timeseries-agent-prod", "sql-agent-prod"])
      expect(ends[name]).toEqual([
        expect.stringMatching(/Provider API error: \w+ returned 404/),
        ...Array(19).fill(expect.stringMatching(/^SUCCEEDED$|overloaded/)),
      ]);
    expect(ends["support-agent-prod"]).toEqual(
      Array(2).fill(expect.stringContaining("missing field `endpoint`")),
    );
    for (const name of ["invoice-agent-prod", "vision-agent-prod"])
      expect(ends[name]?.[0]).toContain(
        "'$states.result.Item' specified for the field 'Assign/llm_config' returned nothing (undefined).",
      );
    expect(ends["broken-agent-prod"]?.[0]).toContain("'Load Tool Definitions'");
  });

  async function withRetiredModels(run: () => Promise<void>): Promise<void> {
    answersRetired = true;
    await run();
    answersRetired = false;
  }

  async function executionsOf(stateMachineArn: string) {
    const executions: ExecutionListItem[] = [];
    const pages = paginateListExecutions({ client: sfn, pageSize: 1000 }, { stateMachineArn });
    for await (const page of pages) executions.push(...(page.executions ?? []));
    return executions;
  }

  async function startedOf(arn: string, now: Date): Promise<number> {
    const Dimensions = [{ Name: "StateMachineArn", Value: arn }];
    const Metric = { Namespace: "AWS/States", MetricName: "ExecutionsStarted", Dimensions };
    const { MetricDataResults = [] } = await cloudwatch.send(
      new GetMetricDataCommand({
        StartTime: new Date(now.getTime() - 31 * 86_400_000),
        EndTime: new Date(now.getTime() + 3_600_000),
        MetricDataQueries: [{ Id: "m", MetricStat: { Metric, Period: 86_400, Stat: "Sum" } }],
      }),
    );
    return (MetricDataResults[0]?.Values ?? []).reduce((sum, value) => sum + value, 0);
  }

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
