import { createHash } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  paginateQuery,
  UpdateTableCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLevelStore } from "../../scripts/embedded/dynamodb/level-store";
import { type EmbeddedAws, startEmbeddedAws } from "../../scripts/embedded/server";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

const TableName = "Models";
const byProvider = "provider-index";

/** The six digits by which dynalite tells the entries of one index value apart. */
const shortHash = (pk: string) =>
  createHash("md5").update("Outliers").update(pk).digest("hex").slice(0, 6);

/** Two keys with the same six digits. */
function sameHash(): [string, string] {
  const seen = new Map<string, string>();
  for (let number = 0; ; number += 1) {
    const pk = `openai#model-${number}`;
    const other = seen.get(shortHash(pk));
    if (other !== undefined) return [other, pk];
    seen.set(shortHash(pk), pk);
  }
}

const [first, second] = sameHash();

let dataDir: string;
let endpoint: EmbeddedAws;
let client: DynamoDBClient;

const connect = () => {
  client = new DynamoDBClient(connectionTo(endpoint));
};

beforeEach(async () => {
  ({ dataDir, endpoint } = await startInNewFolder());
  connect();
});

afterEach(async () => {
  client.destroy();
  await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

const index = {
  IndexName: byProvider,
  KeySchema: [{ AttributeName: "provider", KeyType: "HASH" as const }],
  Projection: { ProjectionType: "ALL" as const },
};

async function createTable(withIndex: boolean) {
  const attributes = withIndex ? ["pk", "provider"] : ["pk"];
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: attributes.map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      ...(withIndex && { GlobalSecondaryIndexes: [index] }),
    }),
  );
}

async function putBoth() {
  const requests = [first, second].map((pk) => ({
    PutRequest: { Item: { pk: { S: pk }, provider: { S: "openai" } } },
  }));
  await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
}

/** All keys in the index, read in pages of `Limit`. */
async function listed(Limit?: number) {
  const pages = paginateQuery(
    { client },
    {
      TableName,
      IndexName: byProvider,
      KeyConditionExpression: "provider = :provider",
      ExpressionAttributeValues: { ":provider": { S: "openai" } },
      ...(Limit && { Limit }),
    },
  );
  const keys: (string | undefined)[] = [];
  for await (const { Items = [] } of pages) keys.push(...Items.map(({ pk }) => pk?.S));
  return keys.sort();
}

test("an index lists two items whose keys share a short hash, also page by page", async () => {
  await createTable(true);
  await putBoth();
  expect(await listed()).toEqual([first, second].sort());
  expect(await listed(1)).toEqual([first, second].sort());
});

test("deleting one of them leaves the other in the index", async () => {
  await createTable(true);
  await putBoth();
  await client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: first } } }));
  expect(await listed()).toEqual([second]);
});

test("an index added later lists both", async () => {
  await createTable(false);
  await putBoth();
  await client.send(
    new UpdateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: "provider", AttributeType: "S" }],
      GlobalSecondaryIndexUpdates: [{ Create: index }],
    }),
  );
  expect(await listed()).toEqual([first, second].sort());
});

/** Replaces the index entries by the one that earlier versions kept for both items. */
async function writeOldEntries() {
  const store = await openLevelStore(join(dataDir, "dynamodb"), "eu-west-1");
  const prefix = `index-global~${TableName}~${byProvider}~`;
  const entries: [string, unknown][] = [];
  for await (const entry of store.db.iterator({ gt: prefix, lt: `${prefix}\xff` }))
    entries.push(entry);
  const hex = (text: string) => Buffer.from(text).toString("hex");
  const old = `${prefix}${shortHash("openai")}/${hex("openai")}/${shortHash(second)}`;
  await store.db.batch([
    ...entries.map(([key]) => ({ type: "del" as const, key })),
    { type: "put", key: old, value: entries.at(-1)?.[1] },
  ]);
  await store.db.close();
}

test("the index of an older data folder is complete after the next start", async () => {
  await createTable(true);
  await putBoth();
  client.destroy();
  await endpoint.stop();
  await writeOldEntries();
  endpoint = await startEmbeddedAws({ port: 0, dataDir });
  connect();
  expect(await listed()).toEqual([first, second].sort());
  await client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: second } } }));
  expect(await listed()).toEqual([first]);
});
