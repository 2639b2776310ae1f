import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestAws, type TestAws } from "../support/aws";

let aws: TestAws;
let dynamodb: typeof import("@/lib/aws/clients").dynamodb;
let scanAll: typeof import("@/lib/aws/tables").scanAll;
let orIfTableMissing: typeof import("@/lib/aws/tables").orIfTableMissing;

beforeAll(async () => {
  aws = await startTestAws();
  vi.resetModules(); // A file before may have read its own environment.
  ({ dynamodb } = await import("@/lib/aws/clients"));
  ({ orIfTableMissing, scanAll } = await import("@/lib/aws/tables"));
});

afterAll(() => aws.stop());

test("a table of several pages is read completely", async () => {
  // DynamoDB ends a page at 1 MB: these rows take three.
  const filler = { S: "x".repeat(300_000) };
  for (let row = 0; row < 9; row++) {
    const Item = { pk: { S: `openai#page-${row}` }, filler };
    await dynamodb().send(new PutItemCommand({ TableName: aws.tables.models, Item }));
  }
  expect(await scanAll(aws.tables.models)).toHaveLength(9);
});

test("only a missing table reads as the fallback", async () => {
  expect(await orIfTableMissing(scanAll(`Gone-${aws.envName}`), [])).toEqual([]);
  await expect(orIfTableMissing(scanAll("no/table/name"), [])).rejects.toThrow();
});
