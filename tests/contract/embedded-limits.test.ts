import { rm } from "node:fs/promises";
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

// These tests also run against AWS's DynamoDB Local, where Java is present.
const localUrl = inject("dynamodbLocalUrl");
const TableName = "limits";
const maxItemBytes = 400 * 1024;

let client: DynamoDBClient;
let stop: () => Promise<void>;

beforeAll(async () => {
  if (localUrl) {
    client = new DynamoDBClient(connectionTo({ url: localUrl }));
    stop = async () => undefined;
  } else {
    const { dataDir, endpoint } = await startInNewFolder();
    client = new DynamoDBClient(connectionTo(endpoint));
    stop = async () => {
      await endpoint.stop();
      await rm(dataDir, { recursive: true });
    };
  }
  const string = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [string("pk"), string("sk"), string("group")],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-group",
          KeySchema: [{ AttributeName: "group", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
});

afterAll(async () => {
  client.destroy();
  await stop();
});

type Item = Record<string, AttributeValue>;
const key = (pk: string): Item => ({ pk: { S: pk }, sk: { S: "a" } });
/** A string of this many bytes, in characters of one byte each unless others are named. */
const text = (bytes: number, character = "x") => ({
  S: character.repeat(bytes / Buffer.byteLength(character)),
});
const put = (item: Item) => client.send(new PutItemCommand({ TableName, Item: item }));
const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** `#n0 = :v0 AND #n1 = :v1 …`, which has `2 * count - 1` operators. */
function equalities(count: number) {
  return {
    expression: numbers(count)
      .map((index) => `#n${index} = :v${index}`)
      .join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(numbers(count).map((i) => [`#n${i}`, `a${i}`])),
    ExpressionAttributeValues: Object.fromEntries(
      numbers(count).map((i) => [`:v${i}`, { S: "v" }]),
    ),
  };
}

const refused = (message: RegExp) => ({
  name: "ValidationException",
  message: expect.stringMatching(message),
});

describe("an item", () => {
  const overhead = "pk".length + 4 + "sk".length + 1 + "v".length;

  test.each([
    ["one byte a character", "x", maxItemBytes - overhead],
    ["two bytes a character", "ü", 409_590],
  ])("may have 400 KB, %s", async (_, character, bytes) => {
    await put({ ...key("item"), v: text(bytes, character) });
  });

  test.each([
    ["one byte a character", "x", maxItemBytes - overhead + 1],
    ["two bytes a character", "ü", maxItemBytes],
    ["four bytes a character", "𝄞", maxItemBytes],
  ])("may not have more, %s", async (_, character, bytes) => {
    const item = { ...key("item"), v: text(bytes, character) };
    const message = /^Item size has exceeded the maximum allowed size$/;
    await expect(put(item)).rejects.toMatchObject(refused(message));
    const batch = new BatchWriteItemCommand({
      RequestItems: { [TableName]: [{ PutRequest: { Item: item } }] },
    });
    await expect(client.send(batch)).rejects.toMatchObject(refused(message));
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName, Item: item } }],
    });
    await expect(client.send(transaction)).rejects.toMatchObject(refused(message));
  });

  test("may not grow over it", async () => {
    await put({ ...key("grows"), v: text(200_000, "ü") });
    const update = {
      TableName,
      Key: key("grows"),
      UpdateExpression: "SET w = :w",
      ExpressionAttributeValues: { ":w": text(220_000, "ü") },
    };
    const message = "Item size to update has exceeded the maximum allowed size";
    await expect(client.send(new UpdateItemCommand(update))).rejects.toMatchObject(
      refused(new RegExp(`^${message}$`)),
    );
    const command = new TransactWriteItemsCommand({
      TransactItems: [{ Update: update }, { Put: { TableName, Item: key("beside") } }],
    });
    const error = await client.send(command).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TransactionCanceledException);
    expect(error).toMatchObject({
      CancellationReasons: [{ Code: "ValidationError", Message: message }, { Code: "None" }],
    });
    const beside = await client.send(new GetItemCommand({ TableName, Key: key("beside") }));
    expect(beside.Item).toBeUndefined();
  });

  test("may be nested 31 levels deep, not 32", async () => {
    const nested = (levels: number): AttributeValue =>
      levels === 0 ? { S: "x" } : { L: [nested(levels - 1)] };
    await put({ ...key("nested"), v: nested(31) });
    await expect(put({ ...key("nested"), v: nested(32) })).rejects.toMatchObject(
      refused(/^Nesting Levels have exceeded supported limits/),
    );
  });
});

describe("a key", () => {
  test.each([
    ["partition key of 2,049 bytes", { pk: text(2049), sk: { S: "a" } }],
    ["partition key of 2,050 bytes in 1,025 characters", { pk: text(2050, "ü"), sk: { S: "a" } }],
    ["sort key of 1,025 bytes", { pk: { S: "a" }, sk: text(1025) }],
    ["sort key of 1,026 bytes in 513 characters", { pk: { S: "a" }, sk: text(1026, "ü") }],
    ["index key of 2,049 bytes", { ...key("indexed"), group: text(2049) }],
  ])("that is too long is refused: %s", async (_, item) => {
    const message =
      /Size of hashkey|Aggregated size of all range keys|under 2048 bytes|Size limit exceeded/;
    await expect(put(item)).rejects.toMatchObject(refused(message));
  });

  test("may have 2,048 and 1,024 bytes", async () => {
    await put({ pk: text(2048, "ü"), sk: text(1024), group: text(2048) });
  });
});

describe("an expression", () => {
  test("may have 4,096 bytes", async () => {
    const ConditionExpression = "attribute_not_exists(pk)".padEnd(4096, " ");
    const Item = key("expression");
    await client.send(new PutItemCommand({ TableName, Item, ConditionExpression }));
  });

  const long = "attribute_not_exists(pk)".padEnd(4097, " ");
  const Key = key("long");
  const ExpressionAttributeValues = { ":pk": { S: "a" } };
  const ofKey = "pk = :pk".padEnd(4097, " ");
  const update = "SET a = :pk".padEnd(4097, " ");
  const projection = "a".padEnd(4097, " ");
  const query = { KeyConditionExpression: ofKey, ExpressionAttributeValues };
  const change = { UpdateExpression: update, ExpressionAttributeValues };
  const conditional = { ConditionExpression: long };
  const sized = " expression size: 4097";
  test.each([
    [
      "ConditionExpression",
      sized,
      () => client.send(new PutItemCommand({ TableName, Item: Key, ...conditional })),
    ],
    [
      "FilterExpression",
      sized,
      () => client.send(new ScanCommand({ TableName, FilterExpression: long })),
    ],
    ["KeyConditionExpression", sized, () => client.send(new QueryCommand({ TableName, ...query }))],
    [
      "UpdateExpression",
      "",
      () => client.send(new UpdateItemCommand({ TableName, Key, ...change })),
    ],
    [
      "ProjectionExpression",
      "",
      () => client.send(new GetItemCommand({ TableName, Key, ProjectionExpression: projection })),
    ],
  ])("may not have more: %s", async (name, details, request) => {
    await expect(request()).rejects.toMatchObject(
      refused(
        new RegExp(
          `^Invalid ${name}: Expression size has exceeded the maximum allowed size;${details} ?$`,
        ),
      ),
    );
  });

  test("may have 300 operators, not more", async () => {
    const conditional = (count: number) => {
      const { expression, ...rest } = equalities(count);
      return { TableName, Item: key("none"), ConditionExpression: expression, ...rest };
    };
    await expect(client.send(new PutItemCommand(conditional(150)))).rejects.toMatchObject({
      name: "ConditionalCheckFailedException",
    });
    const message =
      /^Invalid ConditionExpression: The expression contains too many operators; operator count: 301$/;
    await expect(client.send(new PutItemCommand(conditional(151)))).rejects.toMatchObject(
      refused(message),
    );
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: conditional(205) }],
    });
    await expect(client.send(transaction)).rejects.toMatchObject(refused(message));
  });

  test("may name 100 operands of IN, not 101", async () => {
    const scan = (count: number) =>
      client.send(
        new ScanCommand({
          TableName,
          FilterExpression: `a IN (${numbers(count).map((index) => `:v${index}`)})`,
          ExpressionAttributeValues: Object.fromEntries(
            numbers(count).map((index) => [`:v${index}`, { S: "x" }]),
          ),
        }),
      );
    await scan(100);
    await expect(scan(101)).rejects.toMatchObject(
      refused(
        /^Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101$/,
      ),
    );
  });

  test("may have 2 MB of values, not more", async () => {
    const request = new UpdateItemCommand({
      TableName,
      Key: key("values"),
      UpdateExpression: "SET w = :a",
      ConditionExpression: "a = :a AND b = :b AND c = :c AND d = :d AND e = :e AND f = :f",
      ExpressionAttributeValues: Object.fromEntries(
        [..."abcdef"].map((name) => [`:${name}`, text(390_000)]),
      ),
    });
    await expect(client.send(request)).rejects.toMatchObject(
      refused(/^ExpressionAttributeValues exceeds max size$/),
    );
  });
});

describe("a request", () => {
  const large = (index: number) => ({ ...key(`large-${index}`), v: text(400_000) });
  const transactPut = (count: number) =>
    client.send(
      new TransactWriteItemsCommand({
        TransactItems: numbers(count).map((index) => ({ Put: { TableName, Item: large(index) } })),
      }),
    );

  test("may write 4 MB in a transaction, not more", async () => {
    await transactPut(10);
    await expect(transactPut(11)).rejects.toMatchObject(
      refused(/^Transaction payload size cannot exceed 4MB\. Payload Size: 4400\d\d\d$/),
    );
    const checks = new TransactWriteItemsCommand({
      TransactItems: numbers(11).map((index) => ({
        ConditionCheck: {
          TableName,
          Key: key(`large-${index}`),
          ConditionExpression: "v = :v",
          ExpressionAttributeValues: { ":v": text(400_000) },
        },
      })),
    });
    await expect(client.send(checks)).rejects.toMatchObject(
      refused(/^Transaction payload size cannot exceed 4MB\. Payload Size: 4400\d\d\d$/),
    );
  });

  // DynamoDB Local counts what is sent; AWS's documentation counts the items.
  test.skipIf(localUrl)("may touch 4 MB of rows in a transaction, not more", async () => {
    for (const index of numbers(11)) await put(large(index));
    const update = (count: number) =>
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: numbers(count).map((index) => ({
            Update: {
              TableName,
              Key: key(`large-${index}`),
              UpdateExpression: "SET w = :w",
              ExpressionAttributeValues: { ":w": { S: "1" } },
            },
          })),
        }),
      );
    await update(10);
    await expect(update(11)).rejects.toMatchObject(
      refused(/^Transaction payload size cannot exceed 4MB\./),
    );
  });

  test("may read 4 MB in a transaction, not more", async () => {
    for (const index of numbers(11)) await put(large(index));
    const read = (count: number) =>
      client.send(
        new TransactGetItemsCommand({
          TransactItems: numbers(count).map((index) => ({
            Get: { TableName, Key: key(`large-${index}`) },
          })),
        }),
      );
    expect((await read(10)).Responses).toHaveLength(10);
    await expect(read(11)).rejects.toMatchObject(refused(/^Payload in response is too large\.44/));
  });

  test("may put 25 items and read 100 in a batch, not more", async () => {
    const write = (count: number) =>
      client.send(
        new BatchWriteItemCommand({
          RequestItems: {
            [TableName]: numbers(count).map((index) => ({
              PutRequest: { Item: key(`batch-${index}`) },
            })),
          },
        }),
      );
    const read = (count: number) =>
      client.send(
        new BatchGetItemCommand({
          RequestItems: {
            [TableName]: { Keys: numbers(count).map((index) => key(`batch-${index}`)) },
          },
        }),
      );
    await write(25);
    await read(100);
    await expect(write(26)).rejects.toMatchObject(
      refused(/length less than or equal to 25|Too many items requested/),
    );
    await expect(read(101)).rejects.toMatchObject(
      refused(/length less than or equal to 100|Too many items requested/),
    );
  });

  test("returns up to 16 MB of a batch and names the rest", async () => {
    for (const index of numbers(45)) await put(large(index));
    const command = new BatchGetItemCommand({
      RequestItems: { [TableName]: { Keys: numbers(45).map((index) => key(`large-${index}`)) } },
    });
    const { Responses, UnprocessedKeys } = await client.send(command);
    expect(Responses?.[TableName]).toHaveLength(41);
    expect(UnprocessedKeys?.[TableName]?.Keys).toHaveLength(4);
  });

  test("returns pages of 1 MB, also of characters of several bytes", async () => {
    for (const index of numbers(6))
      await put({ pk: { S: "pages" }, sk: { S: `${index}` }, v: text(300_000, "ü") });
    const found: string[] = [];
    let ExclusiveStartKey: Item | undefined;
    let pages = 0;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: "pages" } },
          ExclusiveStartKey,
        }),
      );
      expect(page.Items?.length).toBeLessThanOrEqual(4);
      found.push(...(page.Items ?? []).map(({ sk }) => sk?.S ?? ""));
      ExclusiveStartKey = page.LastEvaluatedKey;
      pages += 1;
    } while (ExclusiveStartKey);
    expect(found).toEqual(["0", "1", "2", "3", "4", "5"]);
    expect(pages).toBe(2);
  });
});
