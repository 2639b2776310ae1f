import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type AttributeValue,
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EmbeddedAws, startEmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo } from "../support/embedded-endpoint";

const root = path.resolve(import.meta.dirname, "../..");
const table = "Crash";

interface Endpoint {
  dynamo: DynamoDBClient;
  secrets: SecretsManagerClient;
}

interface Running extends Endpoint {
  kill(): Promise<void>;
  /** Resolves when the process has ended. */
  ended: Promise<unknown>;
}

let dataDir: string;
let started: ChildProcess[];
let opened: EmbeddedAws[];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "embedded-crash-"));
  started = [];
  opened = [];
});

afterEach(async () => {
  for (const child of started) child.kill("SIGKILL");
  for (const endpoint of opened) await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

/** Starts the endpoint in its own process, which kills itself after `fatalStep`. */
async function start(fatalStep?: string): Promise<Running> {
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "tests/support/embedded-process.ts", dataDir],
    {
      cwd: root,
      env: { ...process.env, SWITCHBOARD_EMBEDDED_KILL_AFTER_STEP: fatalStep ?? "" },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  started.push(child);
  const ended = once(child, "exit");
  const url = await Promise.race([
    once(child.stdout, "data").then(([line]) => String(line).trim()),
    ended.then(([code]) => Promise.reject(new Error(`The endpoint ended with ${code}.`))),
  ]);
  return {
    ...clientsOf(url),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    ended,
  };
}

/** Opens the endpoint in this process, to prepare the folder or to read what a crash left. */
async function open(): Promise<Endpoint & { stop(): Promise<void> }> {
  const endpoint = await startEmbeddedAws({ port: 0, dataDir });
  opened.push(endpoint);
  return { ...clientsOf(endpoint.url), stop: () => endpoint.stop() };
}

function clientsOf(url: string): Endpoint {
  const connection = connectionTo({ url });
  return {
    dynamo: new DynamoDBClient(connection),
    secrets: new SecretsManagerClient(connection),
  };
}

/**
 * A table with key `pk` and an index on `group` and `pk`. Without a range key dynalite tells the
 * entries of a group apart by 24 bits of a hash, so one in some hundred runs would miss a row.
 */
function createTable({ dynamo }: Endpoint): Promise<unknown> {
  return dynamo.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "group", AttributeType: "S" },
      ],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-group",
          KeySchema: [
            { AttributeName: "group", KeyType: "HASH" },
            { AttributeName: "pk", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
}

const row = (pk: string, group: string): Record<string, AttributeValue> => ({
  pk: { S: pk },
  group: { S: group },
});

function put({ dynamo }: Endpoint, pk: string, group: string): Promise<unknown> {
  return dynamo.send(new PutItemCommand({ TableName: table, Item: row(pk, group) }));
}

/** The groups in the table by pk; fails if the index differs. */
async function groups({ dynamo }: Endpoint): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(new ScanCommand({ TableName: table, ExclusiveStartKey }));
    for (const { pk, group } of page.Items ?? []) names.set(pk?.S ?? "", group?.S ?? "");
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);

  const indexed = new Map<string, string>();
  for (const group of new Set(names.values())) {
    const { Items = [] } = await dynamo.send(
      new QueryCommand({
        TableName: table,
        IndexName: "by-group",
        KeyConditionExpression: "#group = :group",
        ExpressionAttributeNames: { "#group": "group" },
        ExpressionAttributeValues: { ":group": { S: group } },
      }),
    );
    for (const { pk } of Items) indexed.set(pk?.S ?? "", group);
  }
  expect(new Map([...indexed].sort())).toEqual(new Map([...names].sort()));
  return names;
}

async function isRejected(attempt: Promise<unknown>): Promise<boolean> {
  return attempt.then(
    () => false,
    () => true,
  );
}

describe("a process killed at a known step", () => {
  const before = new Map([
    ["changed", "old"],
    ["deleted", "old"],
  ]);
  const after = new Map([
    ["changed", "new"],
    ["created", "new"],
  ]);
  const actions: TransactWriteItem[] = [
    { Put: { TableName: table, Item: row("created", "new") } },
    {
      Update: {
        TableName: table,
        Key: { pk: { S: "changed" } },
        UpdateExpression: "SET #group = :new",
        ExpressionAttributeNames: { "#group": "group" },
        ExpressionAttributeValues: { ":new": { S: "new" } },
      },
    },
    { Delete: { TableName: table, Key: { pk: { S: "deleted" } } } },
  ];

  test.each([
    ["action 1", before],
    ["action 2", before],
    ["action 3", before],
    ["before the commit", before],
    ["after the commit", after],
  ])(
    "a transaction killed after “%s” is applied completely or not at all, and a retry completes it",
    async (step, expected) => {
      const prepared = await open();
      await createTable(prepared);
      for (const [pk, group] of before) await put(prepared, pk, group);
      await prepared.stop();

      const ClientRequestToken = randomUUID();
      const write = new TransactWriteItemsCommand({ TransactItems: actions, ClientRequestToken });
      const crashing = await start(step);
      expect(await isRejected(crashing.dynamo.send(write))).toBe(true);
      await crashing.ended;

      const restarted = await open();
      expect(await groups(restarted)).toEqual(expected);
      await restarted.dynamo.send(write);
      expect(await groups(restarted)).toEqual(after);
    },
  );

  test.each([
    ["before the item is written", "old"],
    ["after the item is written", "new"],
  ])("a single write killed “%s” leaves item and index consistent", async (step, expected) => {
    const prepared = await open();
    await createTable(prepared);
    await put(prepared, "row", "old");
    await prepared.stop();
    const crashing = await start(step);
    expect(await isRejected(put(crashing, "row", "new"))).toBe(true);
    await crashing.ended;
    expect(await groups(await open())).toEqual(new Map([["row", expected]]));
  });

  test.each([
    ["secret written", "old"],
    ["secret synced", "old"],
    ["secret renamed", "new"],
    ["secret saved", "new"],
  ])(
    "a secret whose change is killed after “%s” has the old or the new value",
    async (step, expected) => {
      const SecretId = "/crash/secret";
      const prepared = await open();
      await prepared.secrets.send(new CreateSecretCommand({ Name: SecretId, SecretString: "old" }));
      await prepared.stop();
      const crashing = await start(step);
      const change = new PutSecretValueCommand({ SecretId, SecretString: "new" });
      expect(await isRejected(crashing.secrets.send(change))).toBe(true);
      await crashing.ended;

      const restarted = await open();
      const read = async () =>
        (await restarted.secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString;
      expect(await read()).toBe(expected);
      expect(await readdir(path.join(dataDir, "secrets"))).toHaveLength(1);
      await restarted.secrets.send(change);
      expect(await read()).toBe("new");
    },
  );
});

describe("a process killed at any time", () => {
  test("acknowledged writes survive, and no transaction is applied in part", async () => {
    /** Every change that was sent: its rows, and whether it was acknowledged. */
    const changes: { pks: string[]; isAcknowledged: boolean }[] = [];
    const secretValues = new Map<string, { acknowledged: number; sent: number }>();
    let running = await start();
    await createTable(running);

    const writeRows = async (target: Running, count: number) => {
      const pks = Array.from({ length: count }, () => randomUUID());
      const change = { pks, isAcknowledged: false };
      changes.push(change);
      const group = pks[0]?.slice(0, 1) ?? "";
      if (count === 1) await put(target, pks[0] ?? "", group);
      else
        await target.dynamo.send(
          new TransactWriteItemsCommand({
            TransactItems: pks.map((pk) => ({ Put: { TableName: table, Item: row(pk, group) } })),
          }),
        );
      change.isAcknowledged = true;
    };
    const writeSecret = async (target: Running, Name: string) => {
      const value = secretValues.get(Name);
      if (!value) {
        await target.secrets.send(new CreateSecretCommand({ Name, SecretString: "0" }));
        secretValues.set(Name, { acknowledged: 0, sent: 0 });
        return;
      }
      value.sent++;
      await target.secrets.send(
        new PutSecretValueCommand({ SecretId: Name, SecretString: String(value.sent) }),
      );
      value.acknowledged = value.sent;
    };
    const untilRejected = async (write: () => Promise<void>) => {
      while (!(await isRejected(write())));
    };

    for (let round = 0; round < 6; round++) {
      const target = running;
      const before = changes.filter(({ isAcknowledged }) => isAcknowledged).length;
      const writers = [
        untilRejected(() => writeRows(target, 1)),
        untilRejected(() => writeRows(target, 2)),
        untilRejected(() => writeRows(target, 30)),
        untilRejected(() => writeSecret(target, `/crash/${round}`)),
      ];
      // In the middle of the writes, whenever a machine comes to that.
      const count = before + 10 + Math.floor(Math.random() * 30);
      await expect
        .poll(() => changes.filter(({ isAcknowledged }) => isAcknowledged).length, {
          interval: 1,
          timeout: 60_000,
        })
        .toBeGreaterThanOrEqual(count);
      await target.kill();
      await Promise.all(writers);

      running = await start();
      const stored = await groups(running);
      for (const { pks, isAcknowledged } of changes) {
        const count = pks.filter((pk) => stored.has(pk)).length;
        expect([0, pks.length]).toContain(count);
        if (isAcknowledged) expect(count).toBe(pks.length);
      }
      for (const [SecretId, { acknowledged, sent }] of secretValues) {
        const { SecretString } = await running.secrets.send(
          new GetSecretValueCommand({ SecretId }),
        );
        expect([acknowledged, sent]).toContain(Number(SecretString));
      }
    }
  });

  test("a killed start leaves a usable folder", async () => {
    for (let round = 0; round < 8; round++) {
      const starting = start().catch(() => undefined);
      // A start spends most of this time loading modules.
      await new Promise((resolve) => setTimeout(resolve, 250 + Math.random() * 250));
      started.at(-1)?.kill("SIGKILL");
      await starting;
    }
    const running = await open();
    await createTable(running);
    await put(running, "row", "x");
    expect(await groups(running)).toEqual(new Map([["row", "x"]]));
  });

  test("a table whose deletion was interrupted is deleted or usable after the restart", async () => {
    for (let round = 0; round < 4; round++) {
      const target = await start();
      const { TableNames = [] } = await target.dynamo.send(new ListTablesCommand({}));
      if (!TableNames.includes(table)) await createTable(target);
      for (let at = 0; at < 20; at++) await put(target, `row ${at}`, "x");
      const deletion = target.dynamo.send(new DeleteTableCommand({ TableName: table }));
      const outcome = isRejected(deletion);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 15));
      await target.kill();
      await outcome;

      const restarted = await open();
      const tables = await restarted.dynamo.send(new ListTablesCommand({}));
      if (tables.TableNames?.includes(table)) await put(restarted, "one more", "x");
      else {
        await createTable(restarted);
        expect(await groups(restarted)).toEqual(new Map());
      }
      await restarted.stop();
    }
  });
});
