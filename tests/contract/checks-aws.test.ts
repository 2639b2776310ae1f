import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
} from "@aws-sdk/client-cloudwatch";
import { BatchWriteItemCommand, DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateSecretCommand, DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PermissionReport } from "@/lib/checks/schema";
import { createTables } from "../../scripts/populate/tables";
import { openEmbeddedStore } from "../support/embedded-store";
import { denied, type Fault, slow, startFaultProxy } from "../support/fault-proxy";
import { agentRow, type Item, modelRow, outside, secretId, tables } from "./console";
import { S } from "./model-fixtures";
import { startAgainst } from "./running-console";

let store: Awaited<ReturnType<typeof openEmbeddedStore>>;
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
let app: Awaited<ReturnType<typeof startAgainst>>;
let direct: CloudWatchClient;
const cloudwatch = () => direct;

beforeAll(async () => {
  store = await openEmbeddedStore();
  await createTables({ dynamodb: store.dynamodb, envName: "prod" });
  const SecretString = '{"OPENAI_API_KEY":"sandbox-openai-1"}';
  await store.secretsManager.send(new CreateSecretCommand({ Name: secretId, SecretString }));
  proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
  app = await startAgainst(proxy.url);
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  // Loads the route before a later API in this process resets the modules.
  await check();
  direct = new CloudWatchClient({ endpoint: store.url, region: "eu-west-1", credentials });
});

afterAll(async () => {
  direct?.destroy();
  await app?.stop();
  proxy?.stop();
  await store?.close();
});

const arn = `arn:aws:dynamodb:eu-west-1:123456789012:table/${tables.models}`;
const alarmArn =
  "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:switchboard-prod/permission-probe";

type Finding = { code: string; subject: { id: string }; evidence: string; snippet?: string };

async function check({ viewer } = app): Promise<Finding[]> {
  const { status, body } = await viewer.get("/api/checks");
  expect(status).toBe(200);
  return body.findings as Finding[]; // By docs/contract.md.
}

async function missing(console = app): Promise<Finding[]> {
  return (await check(console)).filter(({ code }) => code === "permission_missing");
}

/** An admin presses "Check permissions". */
async function checkPermissions({ admin } = app, actions?: string[]): Promise<PermissionReport> {
  const { status, body } = await admin.post("/api/checks/permissions", actions ? { actions } : {});
  expect(status).toBe(200);
  return body as PermissionReport; // The caller holds every answer to its schema.
}

test("without DescribeStateMachine an agent is judged by the configuration, and Checks names the permission", async () => {
  const stateMachineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:hidden-agent-prod";
  const rows = outside(store.url);
  await rows.put(tables.models, modelRow("openai", "gpt-4o"));
  await rows.put(
    tables.agents,
    agentRow("hidden-agent", "openai", "gpt-4o", { state_machine_arn: S(stateMachineArn) }),
  );
  const restore = proxy.inject(
    { operation: "DescribeStateMachine", containing: "hidden-agent-prod" },
    denied("states:DescribeStateMachine", stateMachineArn),
  );
  const statement = {
    Effect: "Allow",
    Action: "states:DescribeStateMachine",
    Resource: "arn:aws:states:eu-west-1:000000000000:stateMachine:*",
  };
  const { status, body } = await app.viewer.get("/api/agents/hidden-agent/v1.0/trace");
  expect([status, body.detail]).toEqual([200, undefined]);
  expect(body).toMatchObject({
    source: "assumed",
    revision: null,
    machine: null,
    assumed_because: { statement: JSON.stringify(statement) },
  });
  const findings = await check();
  expect(findings).toContainEqual(
    expect.objectContaining({
      code: "definition_unreadable",
      subject: { kind: "permission", id: "states:DescribeStateMachine" },
      snippet: JSON.stringify(statement),
    }),
  );
  const [finding] = (await missing()).filter(
    ({ subject }) => subject.id === "states:DescribeStateMachine",
  );
  expect(JSON.parse(finding?.snippet ?? "{}")).toEqual(statement);
  restore();
  const change = { system_prompt: "New words." };
  expect((await app.admin.patch("/api/agents/hidden-agent/v1.0", change)).status).toBe(200);
  await rows.remove(tables.agents, rows.agentKey("hidden-agent"));
  await rows.remove(tables.models, { pk: S("openai#gpt-4o") });
  rows.close();
});

test("a missing permission is found with the statement to add, and disappears once granted", async () => {
  const restore = [
    proxy.inject(
      { operation: "PutItem", containing: `"TableName":"${tables.models}"` },
      denied("dynamodb:PutItem", arn),
    ),
    proxy.inject(
      { operation: "UpdateSecretVersionStage" },
      denied("secretsmanager:UpdateSecretVersionStage", "arn:aws:secretsmanager:x"),
    ),
    proxy.inject({ operation: "PutMetricAlarm" }, denied("cloudwatch:PutMetricAlarm", alarmArn)),
    proxy.inject({ operation: "PutMetricData" }, denied("cloudwatch:PutMetricData", "*")),
  ];
  const copy = await startAgainst(proxy.url);
  expect(await missing(copy)).toEqual([]);
  const report = await checkPermissions(copy);
  expect(report.missing.map(({ action }) => action).toSorted()).toEqual([
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:PutMetricData",
    "dynamodb:PutItem",
    "secretsmanager:UpdateSecretVersionStage",
  ]);
  const missingFindings = await missing(copy);
  const statements = missingFindings.map(({ snippet }) => JSON.parse(snippet ?? ""));
  expect(statements).toEqual([
    { Effect: "Allow", Action: "cloudwatch:PutMetricAlarm", Resource: alarmArn },
    { Effect: "Allow", Action: "cloudwatch:PutMetricData", Resource: "*" },
    { Effect: "Allow", Action: "dynamodb:PutItem", Resource: arn },
    {
      Effect: "Allow",
      Action: "secretsmanager:UpdateSecretVersionStage",
      Resource: "arn:aws:secretsmanager:x",
    },
  ]);
  expect(JSON.stringify(missingFindings)).not.toContain("assumed-role");

  const other = await startAgainst(proxy.url);
  const actionsOf = (list: Finding[]) => list.map(({ subject }) => subject.id);
  expect(actionsOf(await missing(other))).toEqual(actionsOf(missingFindings));
  for (const allow of restore) allow();
  expect(await checkPermissions(other)).toMatchObject({ missing: [], undetermined: [] });
  expect(await missing(other)).toEqual([]);
  await other.stop();
  await copy.stop();
});

test("a refusal met in real work is found without a check of permissions", async () => {
  const resource = `arn:aws:dynamodb:eu-west-1:123456789012:table/${tables.models}`;
  const allow = proxy.inject(
    { operation: "TransactWriteItems", containing: "real-work" },
    denied("dynamodb:PutItem", resource),
  );
  const copy = await startAgainst(proxy.url);
  const model = { provider: "openai", model_id: "real-work" };
  expect((await copy.admin.post("/api/models", model)).status).toBe(502);
  expect(await missing(copy)).toMatchObject([
    { subject: { id: "dynamodb:PutItem" }, evidence: expect.stringContaining(resource) },
  ]);
  allow();
  expect((await copy.admin.post("/api/models", model)).status).toBe(201);
  expect(await missing(copy)).toEqual([]);
  await copy.admin.delete("/api/models/openai/real-work");
  await copy.stop();
});

test("checking the permissions changes nothing", async () => {
  const aws = outside(store.url);
  const describeSecret = () => aws.secrets.send(new DescribeSecretCommand({ SecretId: secretId }));
  const before = [await aws.secretText(), (await describeSecret()).VersionIdsToStages];
  expect((await checkPermissions()).left_behind).toEqual([]);
  expect(await aws.scan(tables.models)).toEqual([]);
  expect(await aws.scan(tables.agents)).toEqual([]);
  expect((await aws.scan(tables.management)).map(({ pk }) => pk?.S)).not.toContain("none");
  expect([await aws.secretText(), (await describeSecret()).VersionIdsToStages]).toEqual(before);
  aws.close();
  const { Metrics } = await cloudwatch().send(new ListMetricsCommand({}));
  const { MetricAlarms } = await cloudwatch().send(new DescribeAlarmsCommand({}));
  expect([Metrics, MetricAlarms]).toEqual([[], []]);
});

test("each write is tried once", async () => {
  const { length: from } = proxy.calls;
  await checkPermissions();
  const sent = proxy.calls.slice(from).map(({ operation }) => operation);
  const writes = ["PutMetricAlarm", "PutMetricData", "DeleteAlarms", "PutSecretValue"];
  for (const name of writes) {
    expect(sent.filter((operation) => operation === name)).toEqual([name]);
  }
});

describe("an endpoint that carries out a probe", () => {
  /** CloudWatch of another AWS implementation keeps the alarm that AWS would refuse. */
  const keepAlarm: Fault = async ({ call, reply }) => {
    const { Period, EvaluationPeriods, ...alarm } = JSON.parse(call.body);
    await cloudwatch().send(
      new PutMetricAlarmCommand({ ...alarm, Period: 300, EvaluationPeriods: 1 }),
    );
    reply({
      status: 200,
      headers: { "content-type": "application/x-amz-json-1.0" },
      body: Buffer.from("{}"),
    });
  };
  const alarms = async () =>
    (await cloudwatch().send(new DescribeAlarmsCommand({}))).MetricAlarms ?? [];

  test("leaves nothing if what it kept can be deleted", async () => {
    const restore = proxy.inject({ operation: "PutMetricAlarm" }, keepAlarm);
    expect((await checkPermissions()).left_behind).toEqual([]);
    expect(await alarms()).toEqual([]);
    restore();
  });

  test("is reported with the command if the deletion is denied", async () => {
    const restore = [
      proxy.inject({ operation: "PutMetricAlarm" }, keepAlarm),
      proxy.inject({ operation: "DeleteAlarms" }, denied("cloudwatch:DeleteAlarms", alarmArn)),
    ];
    const { left_behind, missing: denials } = await checkPermissions();
    expect(left_behind).toEqual([
      {
        what: "The alarm switchboard-prod/permission-probe",
        certain: true,
        command: "aws cloudwatch delete-alarms --alarm-names switchboard-prod/permission-probe",
      },
    ]);
    expect(denials.map(({ action }) => action)).toEqual(["cloudwatch:DeleteAlarms"]);
    for (const allow of restore) allow();
    const AlarmNames = (await alarms()).map(({ AlarmName = "" }) => AlarmName);
    await cloudwatch().send(new DeleteAlarmsCommand({ AlarmNames }));
    await checkPermissions();
  });

  test("is reported as possible if it gives no answer in time, and can be tried alone", async () => {
    const restore = proxy.inject({ operation: "PutMetricAlarm" }, slow(60_000));
    const report = await checkPermissions(app, ["cloudwatch:PutMetricAlarm"]);
    expect(report).toMatchObject({
      allowed: [],
      undetermined: ["cloudwatch:PutMetricAlarm"],
      left_behind: [{ what: "The alarm switchboard-prod/permission-probe", certain: false }],
    });
    restore();
    expect(await checkPermissions(app, ["cloudwatch:PutMetricAlarm"])).toMatchObject({
      allowed: ["cloudwatch:PutMetricAlarm"],
      undetermined: [],
      left_behind: [],
    });
  });
});

test.each([
  ["AgentRegistry", tables.agents, "Agents"],
  ["LLMModels", tables.models, "Models"],
  ["ModelManagement", tables.management, null],
])("without %s the other checks are made", async (_, TableName, label) => {
  const gone = await openEmbeddedStore();
  await createTables({ dynamodb: gone.dynamodb, envName: "prod" });
  await gone.dynamodb.send(new DeleteTableCommand({ TableName }));
  const copy = await startAgainst(gone.url);
  const { status, body } = await copy.viewer.get("/api/checks");
  expect(status).toBe(200);
  const { findings, unchecked } = body as { findings: Finding[]; unchecked: string[] };
  expect(findings.map(({ code }) => code)).toContain("key_missing");
  expect(findings.map(({ code }) => code)).not.toContain("agent_model_missing");
  const part = `${label}: ${TableName} does not exist in this account and region (eu-west-1).`;
  if (label) expect(unchecked).toContain(part);
  await copy.stop();
  await gone.close();
});

/** Rows written 25 at a time, several requests at once. */
async function putAll(TableName: string, rows: Item[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(rows.length / 25) }, (_, index) =>
    rows.slice(index * 25, index * 25 + 25).map((Item) => ({ PutRequest: { Item } })),
  );
  const write = (requests: (typeof batches)[number]) =>
    store.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  await Promise.all(batches.map(write));
}

test("2,000 agents on 1,000 models are checked in one paged read of each table", async () => {
  const [models, agents] = [1000, 2000].map((length) =>
    Array.from({ length }, (_, index) => `many-${index}`),
  ) as [string[], string[]]; // Two lists of names.
  const prompt = S("You are brief. ".repeat(60));
  await putAll(
    tables.models,
    models.map((name) => modelRow("openai", name, { supports_tools: { BOOL: false } })),
  );
  await putAll(
    tables.agents,
    agents.map((name, index) =>
      agentRow(name, "openai", `many-${index % 1000}`, {
        system_prompt: prompt,
        tools: S('["search"]'),
      }),
    ),
  );
  await check();
  proxy.calls.length = 0;
  const found = await check();
  const calls = proxy.calls.filter(({ service }) => service === "dynamodb");
  const reads = calls.map(({ operation, body }) => ({ operation, ...JSON.parse(body) }));
  const ofTable = (name: string) => reads.filter(({ TableName }) => TableName === name);
  for (const name of [tables.models, tables.agents]) {
    // Usage reads the agents' names by itself once its ten seconds are over, on a slow machine here.
    const [pages, names] = [false, true].map((isProjected) =>
      ofTable(name).filter((read) => Boolean(read.ProjectionExpression) === isProjected),
    ) as [typeof reads, typeof reads]; // Two kinds of reads.
    expect(names.filter(({ ExclusiveStartKey }) => !ExclusiveStartKey).length).toBeLessThan(2);
    expect(pages.map(({ operation }) => operation)).toEqual(pages.map(() => "Scan"));
    // Each page begins where the one before ended, and only the first at the beginning.
    expect(pages.filter(({ ExclusiveStartKey }) => !ExclusiveStartKey)).toHaveLength(1);
  }
  expect(ofTable(tables.agents).length).toBeGreaterThan(1);
  const notes = ofTable(tables.management).map((read) => JSON.stringify(read));
  expect(new Set(notes).size).toBe(notes.length);
  // One read for each kind of record, however many agents and models there are.
  expect(notes.length).toBeLessThan(20);

  const ids = (code: string) =>
    found.filter((finding) => finding.code === code).map(({ subject }) => subject.id);
  const sorted = (names: string[], name: (id: string) => string) => names.map(name).toSorted();
  expect(ids("agent_tools_unsupported")).toEqual(sorted(agents, (id) => `${id}/v1.0`));
  expect(ids("price_missing")).toEqual(sorted(models, (id) => `openai#${id}`));
});
