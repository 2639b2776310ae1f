import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListMetricsCommand,
} from "@aws-sdk/client-cloudwatch";
import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTables } from "../../scripts/populate/tables";
import { openEmbeddedStore } from "../support/embedded-store";
import { type Fault, startFaultProxy } from "../support/fault-proxy";
import { agentRow, type Item, modelRow, outside, secretId, tables } from "./console";
import { S } from "./model-fixtures";
import { startAgainst } from "./running-console";

let store: Awaited<ReturnType<typeof openEmbeddedStore>>;
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
let app: Awaited<ReturnType<typeof startAgainst>>;

beforeAll(async () => {
  store = await openEmbeddedStore();
  await createTables({ dynamodb: store.dynamodb, envName: "prod" });
  const SecretString = '{"OPENAI_API_KEY":"sandbox-openai-1"}';
  await store.secretsManager.send(new CreateSecretCommand({ Name: secretId, SecretString }));
  proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
  app = await startAgainst(proxy.url);
});

afterAll(async () => {
  await app?.stop();
  proxy?.stop();
  await store?.close();
});

const arn = `arn:aws:dynamodb:eu-west-1:123456789012:table/${tables.models}`;
const alarmArn =
  "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:switchboard-prod/permission-probe";

/** What AWS says to a role whose policies do not name the action. */
const denied = (action: string, resource: string): Fault => {
  const who = "arn:aws:sts::123456789012:assumed-role/switchboard/i-0";
  const message = `User: ${who} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  const body = Buffer.from(JSON.stringify({ __type: "AccessDeniedException", message }));
  const headers = { "content-type": "application/x-amz-json-1.0" };
  return ({ reply }) => reply({ status: 400, headers, body });
};

type Finding = { code: string; subject: { id: string }; evidence: string; snippet?: string };

async function check({ viewer } = app): Promise<Finding[]> {
  const { status, body } = await viewer.get("/api/checks");
  expect(status).toBe(200);
  return body.findings as Finding[]; // By docs/contract.md.
}

async function missing(console = app): Promise<Finding[]> {
  return (await check(console)).filter(({ code }) => code === "permission_missing");
}

test("a missing permission is found with the statement to add, and disappears once granted", async () => {
  const restore = [
    proxy.inject(
      { operation: "PutItem", containing: tables.models },
      denied("dynamodb:PutItem", arn),
    ),
    proxy.inject(
      { operation: "UpdateSecretVersionStage" },
      denied("secretsmanager:UpdateSecretVersionStage", "arn:aws:secretsmanager:x"),
    ),
    proxy.inject({ operation: "PutMetricAlarm" }, denied("cloudwatch:PutMetricAlarm", alarmArn)),
    proxy.inject({ operation: "PutMetricData" }, denied("cloudwatch:PutMetricData", "*")),
  ];
  const refused = await startAgainst(proxy.url);
  const found = await missing(refused);
  await refused.stop();
  const statements = found.map(({ snippet }) => JSON.parse(snippet ?? ""));
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
  expect(JSON.stringify(found)).not.toContain("assumed-role");
  for (const allow of restore) allow();

  const allowed = await startAgainst(proxy.url);
  expect(await missing(allowed)).toEqual([]);
  await allowed.stop();
});

test("trying the permissions changes nothing", async () => {
  const aws = outside(store.url);
  const before = [await aws.secretText(), await aws.currentVersion()];
  await missing();
  expect(await aws.scan(tables.models)).toEqual([]);
  expect(await aws.scan(tables.agents)).toEqual([]);
  expect((await aws.scan(tables.management)).map(({ pk }) => pk?.S)).not.toContain("none");
  expect([await aws.secretText(), await aws.currentVersion()]).toEqual(before);
  aws.close();
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const cloudwatch = new CloudWatchClient({
    endpoint: store.url,
    region: "eu-west-1",
    credentials,
  });
  const { Metrics } = await cloudwatch.send(new ListMetricsCommand({}));
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({}));
  expect([Metrics, MetricAlarms]).toEqual([[], []]);
  cloudwatch.destroy();
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
    const pages = ofTable(name);
    expect(pages.map(({ operation }) => operation)).toEqual(pages.map(() => "Scan"));
    // Each page begins where the one before ended, and only the first at the beginning.
    expect(pages.filter(({ ExclusiveStartKey }) => !ExclusiveStartKey)).toHaveLength(1);
  }
  expect(ofTable(tables.agents).length).toBeGreaterThan(1);
  const notes = ofTable(tables.management).map((read) => JSON.stringify(read));
  expect(new Set(notes).size).toBe(notes.length);
  expect(notes.length).toBeLessThan(10);

  const ids = (code: string) =>
    found.filter((finding) => finding.code === code).map(({ subject }) => subject.id);
  const sorted = (names: string[], name: (id: string) => string) => names.map(name).toSorted();
  expect(ids("agent_tools_unsupported")).toEqual(sorted(agents, (id) => `${id}/v1.0`));
  expect(ids("price_missing")).toEqual(sorted(models, (id) => `openai#${id}`));
});
