import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { openLevelStore } from "../../scripts/embedded/dynamodb/level-store";
import { openDynamoDb } from "../../scripts/embedded/dynamodb/service";

async function openTable(TableName: string) {
  const folder = await mkdtemp(path.join(tmpdir(), "embedded-"));
  const store = await openLevelStore(folder, "eu-west-1");
  onTestFinished(async () => {
    await store.db.close();
    await rm(folder, { recursive: true });
  });
  const dynamoDb = await openDynamoDb(store, () => undefined);
  const schema = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: "HASH" },
    { AttributeName: range, KeyType: "RANGE" },
  ];
  await dynamoDb.handle("CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "day"].map((AttributeName) => ({
      AttributeName,
      AttributeType: "S",
    })),
    KeySchema: schema("pk", "sk"),
    GlobalSecondaryIndexes: [
      {
        IndexName: "by-day",
        KeySchema: schema("day", "sk"),
        Projection: { ProjectionType: "ALL" },
      },
    ],
  });
  for (let row = 0; row < 50; row += 1) {
    const Item = { pk: { S: "model" }, sk: { S: `${row}` }, day: { S: "2026-11-29" } };
    await dynamoDb.handle("PutItem", { TableName, Item });
  }
  return { store, dynamoDb };
}

const ofKey = (name: string, value: string) => ({
  KeyConditionExpression: "#key = :value",
  ExpressionAttributeNames: { "#key": name },
  ExpressionAttributeValues: { ":value": { S: value } },
});

test.each([
  ["Scan", {}],
  ["Scan", { Limit: 3 }],
  ["Query", ofKey("pk", "model")],
  ["Query", { ...ofKey("pk", "model"), Limit: 1, ScanIndexForward: false }],
  ["Query", { ...ofKey("day", "2026-11-29"), IndexName: "by-day", Limit: 2 }],
  ["Query", ofKey("pk", "nobody")],
])("the local DynamoDB closes what it read a page with: %s %j", async (operation, request) => {
  const TableName = "Rows";
  const { store, dynamoDb } = await openTable(TableName);
  const opened = vi.spyOn(store.db, "values");
  await dynamoDb.handle(operation, { TableName, ...request });
  expect(opened).toHaveBeenCalledOnce();
  // `values` answers an iterator of LevelDB, whose rows and snapshot last until it is closed.
  const iterator = opened.mock.results[0]?.value as { next(): Promise<unknown> };
  const readOn = () =>
    iterator.next().then(
      () => "open",
      ({ code }) => code,
    );
  await expect.poll(readOn).toBe("LEVEL_ITERATOR_NOT_OPEN");
});
