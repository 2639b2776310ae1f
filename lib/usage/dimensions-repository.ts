import "server-only";
import { createHash } from "node:crypto";
import { BatchWriteItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import { type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { batchSize, orWithoutTable, queryAll } from "@/lib/aws/tables";
import { chunksOf } from "@/lib/chunks";
import { env } from "@/lib/env";
import { type Dimensions, dimensionsId } from "./dimensions";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const seen = "usage-dimensions";

/** Dimensions may be longer than a key of DynamoDB. */
const keyOf = (dimensions: Dimensions): RawItem => ({
  pk: text(seen),
  sk: text(createHash("sha256").update(dimensionsId(dimensions)).digest("hex")),
});

/** All dimensions under which tokens were ever seen. */
export async function listSeenDimensions(): Promise<Dimensions[]> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": text(seen) },
  });
  const items = await orWithoutTable(query, []);
  return items.map(({ dimensions }) =>
    Object.fromEntries(Object.entries(dimensions?.M ?? {}).map(([name, { S = "" }]) => [name, S])),
  );
}

/** A row that keeps dimensions for when ListMetrics has forgotten them. */
export function seenDimensionsItem(dimensions: Dimensions, at: string): RawItem {
  const values = Object.entries(dimensions).map(([name, value]) => [name, text(value)]);
  return {
    ...keyOf(dimensions),
    dimensions: { M: Object.fromEntries(values) },
    first_seen_at: text(at),
  };
}

/** Keeps dimensions that were not seen before; answers those that DynamoDB has taken. */
export async function saveSeenDimensions(found: Dimensions[]): Promise<Dimensions[]> {
  const at = new Date().toISOString();
  const saved: Dimensions[] = [];
  for (const batch of chunksOf(found, batchSize)) {
    const requests = batch.map((entry): WriteRequest => {
      return { PutRequest: { Item: seenDimensionsItem(entry, at) } };
    });
    const command = new BatchWriteItemCommand({ RequestItems: { [table()]: requests } });
    const { UnprocessedItems } = await dynamodb().send(command);
    const left = new Set(
      UnprocessedItems?.[table()]?.map(({ PutRequest }) => PutRequest?.Item?.sk?.S),
    );
    saved.push(...batch.filter((entry) => !left.has(keyOf(entry).sk?.S)));
  }
  return saved;
}
