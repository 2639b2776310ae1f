import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EmbeddedAws, startEmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo } from "../support/embedded-endpoint";

const mebibyte = 1024 * 1024;
const folder = mkdtempSync(path.join(tmpdir(), "disk-full-"));
/** Mounting needs root. */
const isMounted =
  spawnSync("mount", ["-t", "tmpfs", "-o", "size=96m", "tmpfs", folder]).status === 0;
const filler = path.join(folder, "filler");
const TableName = "rows";

let endpoint: EmbeddedAws;
let dynamodb: DynamoDBClient;
let secrets: SecretsManagerClient;
let cloudwatch: CloudWatchClient;
let stepFunctions: SFNClient;
let run = 0;

async function start(reservedDiskBytes?: number) {
  endpoint = await startEmbeddedAws({ port: 0, dataDir: dataDir(), reservedDiskBytes });
  dynamodb = new DynamoDBClient(connectionTo(endpoint));
  secrets = new SecretsManagerClient(connectionTo(endpoint));
  cloudwatch = new CloudWatchClient(connectionTo(endpoint));
  stepFunctions = new SFNClient(connectionTo(endpoint));
}

async function stop() {
  for (const client of [dynamodb, secrets, cloudwatch, stepFunctions]) client.destroy();
  await endpoint.stop();
}

const dataDir = () => path.join(folder, `data-${run}`);

function table(name: string) {
  return dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
}

const put = (pk: string, bytes = 10) =>
  dynamodb.send(
    new PutItemCommand({ TableName, Item: { pk: { S: pk }, v: { S: "x".repeat(bytes) } } }),
  );

/** Two rows that belong together. */
const putPair = (id: string, bytes: number) =>
  dynamodb.send(
    new TransactWriteItemsCommand({
      TransactItems: ["a", "b"].map((half) => ({
        Put: {
          TableName,
          Item: { pk: { S: `pair-${id}-${half}` }, v: { S: "x".repeat(bytes) } },
        },
      })),
    }),
  );

async function keys(): Promise<Set<string>> {
  const found = new Set<string>();
  const input = { TableName, ProjectionExpression: "pk" };
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, input))
    for (const { pk } of Items) found.add(pk?.S ?? "");
  return found;
}

/** Takes all but this much of the disk. */
async function fillDisk(leave = 0): Promise<void> {
  const file = await open(filler, "w");
  const chunk = Buffer.alloc(mebibyte);
  try {
    for (;;) await file.write(chunk);
  } catch {
    // Full.
  }
  const { size } = await file.stat();
  await file.truncate(Math.max(0, size - leave));
  await file.close();
}

const machine = (name: string) =>
  stepFunctions.send(
    new CreateStateMachineCommand({
      name,
      roleArn: "arn:aws:iam::000000000000:role/r",
      definition: JSON.stringify({
        QueryLanguage: "JSONata",
        StartAt: "Only",
        States: { Only: { Type: "Pass", End: true } },
      }),
    }),
  );
const machineArn = "arn:aws:states:eu-west-1:000000000000:stateMachine:before";
const execute = (name: string) =>
  stepFunctions.send(new StartExecutionCommand({ stateMachineArn: machineArn, name, input: "{}" }));
const statusOf = async (name: string) => {
  const executionArn = `${machineArn.replace("stateMachine", "execution")}:${name}`;
  return (await stepFunctions.send(new DescribeExecutionCommand({ executionArn }))).status;
};

/** Its data already stands for another state than the stored one. */
const alarm = (AlarmName: string) =>
  new PutMetricAlarmCommand({
    AlarmName,
    Namespace: "tests",
    MetricName: "before",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    TreatMissingData: "breaching",
    ComparisonOperator: "GreaterThanThreshold",
  });

const diskFull = {
  name: "DiskFullException",
  message: expect.stringMatching(/disk full.*ENOSPC/i),
};

beforeAll(() => {
  writeFileSync(filler, "");
});
beforeEach(async () => {
  run += 1;
  await rm(filler, { force: true });
});
afterAll(() => {
  if (isMounted) spawnSync("umount", ["-l", folder]);
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isMounted)("on a full disk", () => {
  test("every store refuses writes, answers reads, and goes on when there is room", async () => {
    await start();
    await table(TableName);
    await put("before");
    await secrets.send(new CreateSecretCommand({ Name: "keys", SecretString: "before" }));
    const datum = (MetricName: string) =>
      new PutMetricDataCommand({
        Namespace: "tests",
        MetricData: [{ MetricName, Value: 1 }],
      });
    await cloudwatch.send(datum("before"));
    await cloudwatch.send(alarm("before"));
    await machine("before");
    await execute("before");
    await expect.poll(() => statusOf("before")).toBe("SUCCEEDED");

    await fillDisk();
    const writes: [string, () => Promise<unknown>][] = [
      ["PutItem", () => put("refused")],
      [
        "UpdateItem",
        () =>
          dynamodb.send(
            new UpdateItemCommand({
              TableName,
              Key: { pk: { S: "before" } },
              UpdateExpression: "SET v = :v",
              ExpressionAttributeValues: { ":v": { S: "changed" } },
            }),
          ),
      ],
      [
        "BatchWriteItem",
        () =>
          dynamodb.send(
            new BatchWriteItemCommand({
              RequestItems: { [TableName]: [{ PutRequest: { Item: { pk: { S: "refused" } } } }] },
            }),
          ),
      ],
      ["TransactWriteItems", () => putPair("refused", 10)],
      ["CreateTable", () => table("refused")],
      [
        "PutSecretValue",
        () =>
          secrets.send(
            new PutSecretValueCommand({ SecretId: "keys", SecretString: "x".repeat(60_000) }),
          ),
      ],
      ["PutMetricData", () => cloudwatch.send(datum("refused"))],
      ["PutMetricAlarm", () => cloudwatch.send(alarm("refused"))],
      ["CreateStateMachine", () => machine("refused")],
      ["StartExecution", () => execute("refused")],
    ];
    for (const [name, write] of writes) {
      await expect(write(), name).rejects.toMatchObject(diskFull);
    }
    expect(await keys()).toEqual(new Set(["before"]));
    const stored = async () =>
      (await secrets.send(new GetSecretValueCommand({ SecretId: "keys" }))).SecretString;
    const metrics = async () =>
      (await cloudwatch.send(new ListMetricsCommand({ Namespace: "tests" }))).Metrics?.map(
        ({ MetricName }) => MetricName,
      );
    expect(await stored()).toBe("before");
    expect(await metrics()).toEqual(["before"]);
    const alarms = async () =>
      (await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms?.map(
        ({ AlarmName }) => AlarmName,
      );
    expect(await alarms()).toEqual(["before"]);
    expect(await statusOf("before")).toBe("SUCCEEDED");
    await expect(statusOf("refused")).rejects.toThrow("Execution Does Not Exist");

    await rm(filler);
    for (const [name, write] of writes) {
      await expect(write(), name).resolves.toBeDefined();
    }
    const expected = new Set(["before", "refused", "pair-refused-a", "pair-refused-b"]);
    expect(await keys()).toEqual(expected);
    await stop();
    await start();
    expect(await keys()).toEqual(expected);
    expect(await stored()).toHaveLength(60_000);
    expect(await alarms()).toEqual(["before", "refused"]);
    await expect.poll(() => statusOf("refused")).toBe("SUCCEEDED");
    expect((await metrics())?.toSorted()).toEqual(["before", "refused"]);
    await stop();
  });

  test("that fills up during a write, no acknowledged write is lost and no transaction is halved", async () => {
    await start(0);
    await table(TableName);
    const acknowledged = new Set<string>();
    let refused = 0;
    for (let round = 0; round < 3; round += 1) {
      await fillDisk(2 * mebibyte);
      for (let index = 0; index < 40; index += 1) {
        const id = `${round}-${index}`;
        const writing = putPair(id, 60_000).then(
          () => ["a", "b"].map((half) => acknowledged.add(`pair-${id}-${half}`)),
          (error: unknown) => {
            expect(error).toMatchObject(diskFull);
            refused += 1;
          },
        );
        await writing;
        await put(`small-${id}`).then(
          () => acknowledged.add(`small-${id}`),
          (error: unknown) => expect(error).toMatchObject(diskFull),
        );
      }
      expect(await keys()).toEqual(acknowledged);
      await rm(filler);
      await put(`after-${round}`);
      acknowledged.add(`after-${round}`);
      expect(await keys()).toEqual(acknowledged);
    }
    expect(refused).toBeGreaterThan(10);
    await stop();
    await start();
    expect(await keys()).toEqual(acknowledged);
    await stop();
  });
});
