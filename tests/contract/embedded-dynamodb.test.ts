import { randomUUID } from "node:crypto";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import path from "node:path";
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  IdempotentParameterMismatchException,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmbeddedAws, startEmbeddedAws } from "@/scripts/embedded/server";
import { connectionTo, startInNewFolder } from "../support/embedded-endpoint";

type Item = Record<string, AttributeValue>;

let dataDir: string;
let endpoint: EmbeddedAws;
let client: DynamoDBClient;

const connect = (to: EmbeddedAws) => new DynamoDBClient(connectionTo(to));

beforeAll(async () => {
  ({ dataDir, endpoint } = await startInNewFolder());
  client = connect(endpoint);
});

afterAll(async () => {
  client.destroy();
  await endpoint.stop();
  await rm(dataDir, { recursive: true });
});

/** A table with key `pk` and an index `by-group` on `group`. */
async function newTable(on = client): Promise<string> {
  const TableName = `Table-${randomUUID()}`;
  await on.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: "S" },
        { AttributeName: "group", AttributeType: "S" },
      ],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-group",
          KeySchema: [{ AttributeName: "group", KeyType: "HASH" }],
          Projection: { ProjectionType: "ALL" },
        },
      ],
    }),
  );
  return TableName;
}

const key = (pk: string): Item => ({ pk: { S: pk } });
const row = (pk: string, group: string): Item => ({ ...key(pk), group: { S: group } });

function put(TableName: string, Item: Item) {
  return client.send(new PutItemCommand({ TableName, Item }));
}

async function get(TableName: string, pk: string): Promise<Item | undefined> {
  const answer = await client.send(
    new GetItemCommand({ TableName, Key: key(pk), ConsistentRead: true }),
  );
  return answer.Item;
}

async function groupOf(TableName: string, group: string): Promise<string[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: "by-group",
      KeyConditionExpression: "#group = :group",
      ExpressionAttributeNames: { "#group": "group" },
      ExpressionAttributeValues: { ":group": { S: group } },
    }),
  );
  return Items.map(({ pk }) => pk?.S ?? "").sort();
}

async function allRows(TableName: string): Promise<Item[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return Items.sort((a, b) => ((a.pk?.S ?? "") < (b.pk?.S ?? "") ? -1 : 1));
}

function transact(TransactItems: TransactWriteItem[], ClientRequestToken?: string, on = client) {
  return on.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken }));
}

async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
}

const isNew = "attribute_not_exists(pk)";

describe("transactions", () => {
  test("a transaction applies every action and updates the index", async () => {
    const table = await newTable();
    await put(table, row("kept", "old"));
    await put(table, row("deleted", "old"));
    await put(table, row("checked", "other"));

    await transact([
      { Put: { TableName: table, Item: row("created", "new") } },
      {
        Update: {
          TableName: table,
          Key: key("kept"),
          UpdateExpression: "SET #group = :new",
          ExpressionAttributeNames: { "#group": "group" },
          ExpressionAttributeValues: { ":new": { S: "new" } },
        },
      },
      { Delete: { TableName: table, Key: key("deleted") } },
      {
        ConditionCheck: {
          TableName: table,
          Key: key("checked"),
          ConditionExpression: "attribute_exists(pk)",
        },
      },
    ]);

    expect(await allRows(table)).toEqual([
      row("checked", "other"),
      row("created", "new"),
      row("kept", "new"),
    ]);
    expect(await groupOf(table, "new")).toEqual(["created", "kept"]);
    expect(await groupOf(table, "old")).toEqual([]);
  });

  test("a canceled transaction changes nothing and has a reason per action in order", async () => {
    const table = await newTable();
    await put(table, row("there", "old"));

    const failure = await failureOf(
      transact([
        { Put: { TableName: table, Item: row("first", "new") } },
        {
          Put: {
            TableName: table,
            Item: row("there", "new"),
            ConditionExpression: isNew,
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
        {
          ConditionCheck: {
            TableName: table,
            Key: key("absent"),
            ConditionExpression: "attribute_exists(pk)",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          },
        },
        { Delete: { TableName: table, Key: key("there-not") } },
      ]),
    );

    expect(failure).toBeInstanceOf(TransactionCanceledException);
    const { CancellationReasons, message } = failure as TransactionCanceledException;
    expect(message).toBe(
      "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed, None]",
    );
    const conditionFailed = {
      Code: "ConditionalCheckFailed",
      Message: "The conditional request failed",
    };
    expect(CancellationReasons).toEqual([
      { Code: "None" },
      { ...conditionFailed, Item: row("there", "old") },
      conditionFailed,
      { Code: "None" },
    ]);
    expect(await allRows(table)).toEqual([row("there", "old")]);
    expect(await groupOf(table, "new")).toEqual([]);
  });

  test("an action that is valid but conflicts with its item gets a ValidationError reason", async () => {
    const table = await newTable();
    await put(table, { ...key("a"), count: { S: "not a number" } });
    const failure = (await failureOf(
      transact([
        { Put: { TableName: table, Item: row("b", "x") } },
        {
          Update: {
            TableName: table,
            Key: key("a"),
            UpdateExpression: "SET #count = #count + :one",
            ExpressionAttributeNames: { "#count": "count" },
            ExpressionAttributeValues: { ":one": { N: "1" } },
          },
        },
        { Delete: { TableName: table, Key: { other: { S: "x" } } } },
      ]),
    )) as TransactionCanceledException;
    expect(failure.CancellationReasons).toEqual([
      { Code: "None" },
      {
        Code: "ValidationError",
        Message: "An operand in the update expression has an incorrect data type",
      },
      {
        Code: "ValidationError",
        Message: "The provided key element does not match the schema",
      },
    ]);
    expect(await get(table, "b")).toBeUndefined();
  });

  test("a repeated item, no action, over 100 actions or an invalid expression is rejected outright", async () => {
    const table = await newTable();
    const puts = (count: number) =>
      Array.from({ length: count }, (_, at) => ({
        Put: { TableName: table, Item: row(`row-${at}`, "many") },
      }));
    const refusals: [TransactWriteItem[], string][] = [
      [[...puts(1), { Delete: { TableName: table, Key: key("row-0") } }], "multiple operations"],
      [[], "greater than or equal to 1"],
      [puts(101), "less than or equal to 100"],
      [
        [{ Put: { TableName: table, Item: key("x"), ConditionExpression: "nonsense(" } }],
        "Invalid ConditionExpression",
      ],
      [
        [
          {
            Put: { TableName: table, Item: key("x") },
            Delete: { TableName: table, Key: key("y") },
          },
        ],
        "can only contain one of",
      ],
    ];
    for (const [actions, wording] of refusals) {
      const failure = (await failureOf(transact(actions))) as Error;
      expect(failure.name).toBe("ValidationException");
      expect(failure.message).toContain(wording);
    }
    expect(await allRows(table)).toEqual([]);

    await transact(puts(100));
    expect(await allRows(table)).toHaveLength(100);
  });

  test("a transaction on an unknown table fails with the table's error", async () => {
    const failure = await failureOf(transact([{ Put: { TableName: "Nowhere", Item: key("x") } }]));
    expect((failure as Error).name).toBe("ResourceNotFoundException");
  });

  test("a repeated token changes nothing and rejects other actions, even after a restart", async () => {
    const { dataDir: folder, endpoint: first } = await startInNewFolder();
    let on = connect(first);
    const table = await newTable(on);
    const token = randomUUID();
    const add = (amount: string): TransactWriteItem[] => [
      {
        Update: {
          TableName: table,
          Key: key("counter"),
          UpdateExpression: "ADD amount :amount",
          ExpressionAttributeValues: { ":amount": { N: amount } },
        },
      },
    ];
    await transact(add("1"), token, on);
    await transact(add("1"), token, on);
    const mismatch = await failureOf(transact(add("2"), token, on));
    expect(mismatch).toBeInstanceOf(IdempotentParameterMismatchException);

    await first.stop();
    const second = await startEmbeddedAws({ port: 0, dataDir: folder });
    on = connect(second);
    await transact(add("1"), token, on);
    expect(await failureOf(transact(add("2"), token, on))).toBeInstanceOf(
      IdempotentParameterMismatchException,
    );
    const { Item } = await on.send(
      new GetItemCommand({ TableName: table, Key: key("counter"), ConsistentRead: true }),
    );
    expect(Item?.amount).toEqual({ N: "1" });
    await second.stop();
    await rm(folder, { recursive: true });
  });

  test("the token of a canceled transaction can be reused", async () => {
    const table = await newTable();
    const token = randomUUID();
    const actions: TransactWriteItem[] = [
      { Put: { TableName: table, Item: key("new") } },
      {
        ConditionCheck: {
          TableName: table,
          Key: key("gate"),
          ConditionExpression: "attribute_exists(pk)",
        },
      },
    ];
    expect(await failureOf(transact(actions, token))).toBeInstanceOf(TransactionCanceledException);
    await put(table, key("gate"));
    await transact(actions, token);
    expect(await get(table, "new")).toEqual(key("new"));
  });

  test("values are read exactly as written", async () => {
    const table = await newTable();
    const exact: Item = {
      ...key("exact"),
      number: { N: "12345678901234567890123456789012345678" },
      small: { N: "0.00000000000000000000000000000000000012345678901234567890123456789012345678" },
      binary: { B: new Uint8Array([0, 255, 128, 10]) },
      strings: { SS: ["z", "a", "é"] },
      numbers: { NS: ["3", "1.5", "-2"] },
      binaries: { BS: [new Uint8Array([1]), new Uint8Array([0])] },
      nothing: { NULL: true },
      empty: { S: "" },
      map: { M: { list: { L: [{ N: "1" }, { M: { deep: { BOOL: false } } }] } } },
    };
    await transact([{ Put: { TableName: table, Item: exact } }]);
    expect(await get(table, "exact")).toEqual(exact);
    await failureOf(
      transact([
        { Delete: { TableName: table, Key: key("exact") } },
        {
          ConditionCheck: {
            TableName: table,
            Key: key("no"),
            ConditionExpression: "attribute_exists(pk)",
          },
        },
      ]),
    );
    expect(await get(table, "exact")).toEqual(exact);
  });

  test("no reader sees a partial transaction", async () => {
    const table = await newTable();
    const pair = ["left", "right"];
    const write = (value: string) =>
      transact(pair.map((pk) => ({ Put: { TableName: table, Item: row(pk, value) } })));
    await write("0");
    const readings: (Item[] | undefined)[] = [];
    let isWriting = true;
    const reader = async () => {
      while (isWriting) {
        readings.push(await allRows(table));
        const both = await client.send(
          new BatchGetItemCommand({ RequestItems: { [table]: { Keys: pair.map(key) } } }),
        );
        readings.push(both.Responses?.[table]);
        const exact = await client.send(
          new TransactGetItemsCommand({
            TransactItems: pair.map((pk) => ({ Get: { TableName: table, Key: key(pk) } })),
          }),
        );
        readings.push(exact.Responses?.map(({ Item = {} }) => Item));
      }
    };
    const readers = [reader(), reader(), reader()];
    for (let value = 1; value <= 100; value++) await write(String(value));
    isWriting = false;
    await Promise.all(readers);

    expect(readings.length).toBeGreaterThan(20);
    for (const rows of readings) {
      expect(rows).toHaveLength(2);
      expect(new Set(rows?.map(({ group }) => group?.S)).size).toBe(1);
    }
  });

  test("concurrent transactions with conditions on the values they read lose no update", async () => {
    const table = await newTable();
    await put(table, { ...key("counter"), value: { N: "0" } });
    const increment = async (): Promise<void> => {
      const read = (await get(table, "counter"))?.value?.N ?? "0";
      const failure = await failureOf(
        transact([
          {
            Update: {
              TableName: table,
              Key: key("counter"),
              UpdateExpression: "SET #value = :next",
              ConditionExpression: "#value = :read",
              ExpressionAttributeNames: { "#value": "value" },
              ExpressionAttributeValues: {
                ":read": { N: read },
                ":next": { N: String(Number(read) + 1) },
              },
            },
          },
          { Put: { TableName: table, Item: row(randomUUID(), "event") } },
        ]),
      );
      if (failure instanceof TransactionCanceledException) return increment();
      if (failure) throw failure;
    };
    await Promise.all(Array.from({ length: 25 }, increment));
    expect((await get(table, "counter"))?.value).toEqual({ N: "25" });
    expect(await groupOf(table, "event")).toHaveLength(25);
  });

  test("random transactions leave table and index as a simple model predicts", async () => {
    const name = fc.constantFrom("a", "b", "c", "d");
    const action = fc.record({
      kind: fc.constantFrom("put", "create", "delete", "regroup", "exists"),
      pk: name,
      group: name,
    });
    const transactions = fc.array(
      fc.uniqueArray(action, { selector: ({ pk }) => pk, minLength: 1, maxLength: 4 }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(transactions, async (run) => {
        const table = await newTable();
        let model = new Map<string, string>();
        for (const actions of run) {
          const next = new Map(model);
          let isPossible = true;
          const items = actions.map(({ kind, pk, group }): TransactWriteItem => {
            const at = { TableName: table, Key: key(pk) };
            if (kind === "exists" || kind === "create")
              isPossible &&= model.has(pk) === (kind === "exists");
            if (kind === "exists")
              return { ConditionCheck: { ...at, ConditionExpression: "attribute_exists(pk)" } };
            if (kind === "delete") {
              next.delete(pk);
              return { Delete: at };
            }
            next.set(pk, group);
            if (kind === "regroup")
              return {
                Update: {
                  ...at,
                  UpdateExpression: "SET #group = :group",
                  ExpressionAttributeNames: { "#group": "group" },
                  ExpressionAttributeValues: { ":group": { S: group } },
                },
              };
            const Item = row(pk, group);
            return kind === "create"
              ? { Put: { TableName: table, Item, ConditionExpression: isNew } }
              : { Put: { TableName: table, Item } };
          });
          const failure = await failureOf(transact(items));
          expect(failure instanceof TransactionCanceledException).toBe(!isPossible);
          if (isPossible) model = next;
          const expected = [...model].sort().map(([pk, group]) => row(pk, group));
          expect(await allRows(table)).toEqual(expected);
        }
        for (const group of ["a", "b", "c", "d"]) {
          const members = [...model].filter(([, current]) => current === group).map(([pk]) => pk);
          expect(await groupOf(table, group)).toEqual(members.sort());
        }
      }),
      { numRuns: 25 },
    );
  });
});

describe("single writes", () => {
  test("a failed condition returns the current item if requested", async () => {
    const table = await newTable();
    await put(table, row("a", "old"));
    const conditional = {
      TableName: table,
      ConditionExpression: "#group = :no",
      ExpressionAttributeNames: { "#group": "group" },
      ExpressionAttributeValues: { ":no": { S: "no" } },
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    } as const;
    const attempts = [
      () => client.send(new PutItemCommand({ ...conditional, Item: row("a", "new") })),
      () =>
        client.send(
          new UpdateItemCommand({
            ...conditional,
            Key: key("a"),
            UpdateExpression: "REMOVE #group",
          }),
        ),
      () => client.send(new DeleteItemCommand({ ...conditional, Key: key("a") })),
    ];
    for (const attempt of attempts) {
      const failure = await failureOf(attempt());
      expect(failure).toBeInstanceOf(ConditionalCheckFailedException);
      expect((failure as ConditionalCheckFailedException).Item).toEqual(row("a", "old"));
    }
    const withoutItem = await failureOf(
      client.send(
        new PutItemCommand({ TableName: table, Item: row("a", "x"), ConditionExpression: isNew }),
      ),
    );
    expect((withoutItem as ConditionalCheckFailedException).Item).toBeUndefined();
    expect(await get(table, "a")).toEqual(row("a", "old"));
  });

  test("conditions compare lists and maps by value", async () => {
    const table = await newTable();
    const tools: AttributeValue = { L: [{ S: "x" }, { M: { on: { BOOL: true }, n: { N: "1" } } }] };
    await put(table, { ...key("a"), tools });
    const replaceIf = (read: AttributeValue, operator: string) =>
      client.send(
        new UpdateItemCommand({
          TableName: table,
          Key: key("a"),
          UpdateExpression: "SET touched = :read",
          ConditionExpression: `tools ${operator} :read`,
          ExpressionAttributeValues: { ":read": read },
        }),
      );
    const reordered: AttributeValue = {
      L: [{ S: "x" }, { M: { n: { N: "1.0" }, on: { BOOL: true } } }],
    };
    await replaceIf(reordered, "=");
    const other: AttributeValue = { L: [{ S: "x" }] };
    expect(await failureOf(replaceIf(other, "="))).toBeInstanceOf(ConditionalCheckFailedException);
    expect(await failureOf(replaceIf(tools, "<>"))).toBeInstanceOf(ConditionalCheckFailedException);
    await replaceIf(other, "<>");
  });

  test("an update returns the new values and keeps other attributes", async () => {
    const table = await newTable();
    await put(table, { ...row("a", "old"), foreign: { S: "kept" } });
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: key("a"),
        UpdateExpression: "SET #group = :new",
        ExpressionAttributeNames: { "#group": "group" },
        ExpressionAttributeValues: { ":new": { S: "new" } },
        ReturnValues: "ALL_NEW",
      }),
    );
    expect(Attributes).toEqual({ ...row("a", "new"), foreign: { S: "kept" } });
    expect(await groupOf(table, "old")).toEqual([]);
  });

  test("a batch puts and deletes items", async () => {
    const table = await newTable();
    await put(table, row("gone", "x"));
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [table]: [
            { PutRequest: { Item: row("a", "x") } },
            { PutRequest: { Item: row("b", "x") } },
            { DeleteRequest: { Key: key("gone") } },
          ],
        },
      }),
    );
    expect(await groupOf(table, "x")).toEqual(["a", "b"]);
  });
});

describe("tables", () => {
  test("a table is usable immediately, and empty when recreated after a deletion", async () => {
    const table = await newTable();
    const described = await client.send(new DescribeTableCommand({ TableName: table }));
    expect(described.Table?.TableStatus).toBe("ACTIVE");
    expect(described.Table?.BillingModeSummary?.BillingMode).toBe("PAY_PER_REQUEST");
    expect(described.Table?.TableArn).toBe(
      `arn:aws:dynamodb:eu-west-1:000000000000:table/${table}`,
    );
    await put(table, row("a", "x"));
    await client.send(new DeleteTableCommand({ TableName: table }));
    const failure = await failureOf(client.send(new DescribeTableCommand({ TableName: table })));
    expect((failure as Error).name).toBe("ResourceNotFoundException");
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      }),
    );
    expect(await allRows(table)).toEqual([]);
  });

  test("tables are listed in pages", async () => {
    const created = [await newTable(), await newTable(), await newTable()];
    const listed: string[] = [];
    let start: string | undefined;
    do {
      const page = await client.send(
        new ListTablesCommand({ Limit: 2, ExclusiveStartTableName: start }),
      );
      listed.push(...(page.TableNames ?? []));
      start = page.LastEvaluatedTableName;
    } while (start);
    expect(listed).toEqual([...listed].sort());
    expect(listed).toEqual(expect.arrayContaining(created));
    expect(new Set(listed).size).toBe(listed.length);
  });

  test("time to live is stored as a setting", async () => {
    const table = await newTable();
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: table,
        TimeToLiveSpecification: { Enabled: true, AttributeName: "expires" },
      }),
    );
    const { TimeToLiveDescription } = await client.send(
      new DescribeTimeToLiveCommand({ TableName: table }),
    );
    expect(TimeToLiveDescription).toEqual({
      TimeToLiveStatus: "ENABLED",
      AttributeName: "expires",
    });
  });

  test("a scan of 5,000 items has pages of one megabyte and returns each item once", async () => {
    const table = await newTable();
    const text = "x".repeat(400);
    for (let start = 0; start < 5000; start += 25) {
      const batch = Array.from({ length: 25 }, (_, at) => ({
        PutRequest: { Item: { ...row(`item-${start + at}`, "all"), text: { S: text } } },
      }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: batch } }));
    }
    const seen = new Set<string>();
    let pages = 0;
    let from: Item | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ TableName: table, ExclusiveStartKey: from, ConsistentRead: true }),
      );
      pages++;
      for (const { pk } of page.Items ?? []) seen.add(pk?.S ?? "");
      from = page.LastEvaluatedKey;
    } while (from);
    expect(seen.size).toBe(5000);
    expect(pages).toBeGreaterThanOrEqual(2);
  });
});

describe("the endpoint", () => {
  function post(headers: Record<string, string>) {
    return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
      (resolve, reject) => {
        const outgoing = request(endpoint.url, { method: "POST", headers }, async (response) => {
          let body = "";
          for await (const chunk of response) body += chunk;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
        outgoing.on("error", reject).end("{}");
      },
    );
  }

  test("an unknown target is an UnknownOperationException with a request id", async () => {
    for (const target of ["DynamoDB_20120810.constructor", "Nothing.At.All", ""]) {
      const { status, headers, body } = await post({ "x-amz-target": target });
      expect(status).toBe(400);
      expect(JSON.parse(body).__type).toBe("UnknownOperationException");
      expect(headers["x-amzn-requestid"]).toMatch(/^[\w-]{36}$/);
    }
  });

  test("a request with another host name is rejected", async () => {
    const { status } = await post({
      host: "rebound.example.com",
      "x-amz-target": "DynamoDB_20120810.ListTables",
    });
    expect(status).toBe(403);
  });

  test("stopping finishes the requests in progress", async () => {
    const { dataDir: folder, endpoint: first } = await startInNewFolder();
    const on = connect(first);
    const table = await newTable(on);
    const writes = Array.from({ length: 20 }, (_, at) =>
      failureOf(on.send(new PutItemCommand({ TableName: table, Item: key(`row-${at}`) }))),
    );
    await Promise.race(writes);
    const [failures] = await Promise.all([Promise.all(writes), first.stop()]);

    const second = await startEmbeddedAws({ port: 0, dataDir: folder });
    const { Items = [] } = await connect(second).send(new ScanCommand({ TableName: table }));
    const stored = new Set(Items.map(({ pk }) => pk?.S));
    // A write may be rejected, but an acknowledged one must be stored.
    failures.forEach((failure, at) => {
      if (failure === undefined) expect(stored).toContain(`row-${at}`);
    });
    expect(failures).toContain(undefined);
    await second.stop();
    await rm(folder, { recursive: true });
  });

  test("a folder that another process uses is rejected with a message that names it", async () => {
    const failure = await failureOf(startEmbeddedAws({ port: 0, dataDir }));
    expect((failure as Error).message).toMatch(
      new RegExp(`^The data folder ${dataDir}.* is in use by another process: .*\\.$`),
    );
  });

  test.each([
    ["CURRENT", (bytes: Buffer) => bytes.fill("x")],
    ["MANIFEST-", (bytes: Buffer) => bytes.fill("x", 10, 30)],
    ["000003.log", (bytes: Buffer) => bytes.fill("x", 100, 150)],
  ])(
    "a folder with a damaged %s is rejected at every start, with a message that names it",
    async (prefix, damage) => {
      const { dataDir: folder, endpoint: first } = await startInNewFolder();
      const on = connect(first);
      const table = await newTable(on);
      await on.send(new PutItemCommand({ TableName: table, Item: row("a", "x") }));
      await first.stop();
      const names = await readdir(path.join(folder, "dynamodb"));
      const file = path.join(
        folder,
        "dynamodb",
        names.find((name) => name.startsWith(prefix)) ?? "not there",
      );
      await writeFile(file, damage(await readFile(file)));
      for (let attempt = 0; attempt < 2; attempt++) {
        const failure = await failureOf(startEmbeddedAws({ port: 0, dataDir: folder }));
        expect((failure as Error).message).toMatch(
          new RegExp(
            `^The data folder ${folder}.* cannot be read .*set DATA_DIR to another folder\\.$`,
          ),
        );
      }
      await rm(folder, { recursive: true });
    },
  );
});
