import { CloudWatchClient, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateSecretCommand } from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { addresses, type EndpointName, pathOf } from "@/lib/addresses";
import { seed as writeSeed } from "../../scripts/populate/seed";
import { createTables } from "../../scripts/populate/tables";
import { openEmbeddedStore } from "../support/embedded-store";
import { type AwsCall, denied, startFaultProxy } from "../support/fault-proxy";
import { samplePlatform, secretId, tables } from "./console";
import { startAgainst } from "./running-console";

let store: Awaited<ReturnType<typeof openEmbeddedStore>>;
let proxy: Awaited<ReturnType<typeof startFaultProxy>>;
const apps: Awaited<ReturnType<typeof startAgainst>>[] = [];

beforeEach(async () => {
  store = await openEmbeddedStore();
  await createTables({ dynamodb: store.dynamodb, envName: "prod" });
  proxy = await startFaultProxy({ dynamodb: store.url, secretsmanager: store.url });
});

afterEach(async () => {
  for (const app of apps.splice(0).reverse()) await app.stop();
  proxy?.stop();
  await store?.close();
});

async function startCopy() {
  const app = await startAgainst(proxy.url);
  apps.push(app);
  return app;
}

async function populate() {
  const { dynamodb, secretsManager } = store;
  await writeSeed({ dynamodb, secretsManager, tables, secretId, seed: samplePlatform });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const cloudwatch = new CloudWatchClient({
    endpoint: store.url,
    region: "eu-west-1",
    credentials,
  });
  const dimensions = { agent: "sql-agent", provider: "openai", model: "gpt-4o" };
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  const MetricData = ["InputTokens", "OutputTokens"].map((MetricName) => ({
    MetricName,
    Dimensions,
    Value: 1000,
    Timestamp: new Date(),
  }));
  await cloudwatch.send(new PutMetricDataCommand({ Namespace: "AI-Agents", MetricData }));
  cloudwatch.destroy();
}

const existing = { provider: "openai", modelId: "gpt-4o", name: "sql-agent", version: "v1.0" };
const queries: Partial<Record<EndpointName, Record<string, string>>> = {
  preflightAgent: { provider: "openai", model_id: "gpt-4o" },
  exportModels: { format: "json" },
  exportActivity: { format: "json" },
  exportUsage: { format: "csv" },
};

/** Every GET route, of records that exist in the sample platform and of ones that don't. */
const readPaths = (Object.keys(addresses) as EndpointName[])
  .filter((name) => addresses[name].startsWith("GET ") && name !== "getSignIn")
  .flatMap((name) => {
    const query = queries[name] ?? {};
    const params = { ...existing, id: "openai", path: "nowhere" };
    const missing = { provider: "x", modelId: "x", name: "x", version: "x", id: "x", path: "x" };
    return [pathOf(name, { params, query }), pathOf(name, { params: missing, query })];
  });

const isRead = ({ operation }: AwsCall) =>
  /^(GET |Get|List|Describe|Scan|Query|BatchGet|TransactGet)/.test(operation);

/** The tables that a DynamoDB write names; the operation itself for another service. */
function written(call: AwsCall): string[] {
  if (call.service !== "dynamodb") return [call.operation];
  const input = JSON.parse(call.body);
  if (input.RequestItems) return Object.keys(input.RequestItems);
  if (!input.TransactItems) return [input.TableName];
  const items: Record<string, { TableName: string }>[] = input.TransactItems;
  return items.flatMap((item) => Object.values(item).map(({ TableName }) => TableName));
}

/** Requests so far. */
let sent = 0;

async function readEverything({ viewer }: Awaited<ReturnType<typeof startCopy>>): Promise<void> {
  for (const path of new Set(readPaths)) {
    sent += 1;
    // An export that fails midway closes its connection.
    const status = await viewer.get(path).then(
      (answer) => answer.status,
      () => null,
    );
    expect.soft([path, status]).not.toEqual([path, 500]);
  }
}

const writes = () =>
  new Set(proxy.calls.filter((call) => !isRead(call)).flatMap((call) => written(call)));

describe("a viewer who reads every route writes only to ModelManagement", () => {
  test("on an empty account", async () => {
    await store.secretsManager.send(
      new CreateSecretCommand({ Name: secretId, SecretString: "{}" }),
    );
    await readEverything(await startCopy());
    expect([...writes()].filter((name) => name !== tables.management)).toEqual([]);
  });

  test("on a populated account", async () => {
    await populate();
    await readEverything(await startCopy());
    expect([...writes()].filter((name) => name !== tables.management)).toEqual([]);
  });
});

const dynamodbArn = (table: string) => `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}`;

describe("with one permission denied, two copies that poll meet it once each", () => {
  test.each([
    ["dynamodb:Scan", { operation: "Scan", containing: tables.agents }, dynamodbArn(tables.agents)],
    ["dynamodb:PutItem", { operation: "PutItem" }, dynamodbArn(tables.management)],
    ["dynamodb:UpdateItem", { operation: "UpdateItem" }, dynamodbArn(tables.management)],
    ["dynamodb:Query", { operation: "Query" }, dynamodbArn(tables.management)],
    ["secretsmanager:GetSecretValue", { operation: "GetSecretValue" }, "arn:aws:secretsmanager:x"],
    ["cloudwatch:ListMetrics", { operation: "ListMetrics" }, "*"],
    ["cloudwatch:GetMetricData", { operation: "GetMetricData" }, "*"],
    ["bedrock:ListInferenceProfiles", { operation: "GET /inference-profiles" }, "*"],
  ] as const)("%s", async (action, match, resource) => {
    await populate();
    // Calls that one request makes at the same time may meet it together.
    const refused = new Set<number>();
    proxy.inject(match, (exchange) => {
      refused.add(sent);
      return denied(action, resource)(exchange);
    });
    const copies = [await startCopy(), await startCopy()];
    for (const copy of copies) await readEverything(copy);
    for (let poll = 0; poll < 5; poll += 1) {
      for (const { viewer } of copies) {
        for (const path of ["/api/checks", "/api/models", "/api/agents", "/api/usage"]) {
          sent += 1;
          await viewer.get(path);
        }
      }
    }
    expect(refused.size).toBeGreaterThan(0);
    expect(refused.size).toBeLessThanOrEqual(2);
    expect([...writes()].filter((name) => name !== tables.management)).toEqual([]);
  });
});
