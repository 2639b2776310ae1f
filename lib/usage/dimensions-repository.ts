import "server-only";
import { createHash } from "node:crypto";
import { BatchWriteItemCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { managementKey, managementTable as table } from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { batchSize, orIfTableMissing, queryAll } from "@/lib/aws/tables";
import { chunksOf } from "@/lib/batches";
import { type Dimensions, dimensionsId } from "./rules/dimensions";

const seen = "usage-dimensions";

/** Hashed: dimensions may be longer than a DynamoDB key. */
const keyOf = (dimensions: Dimensions) =>
  managementKey(seen, createHash("sha256").update(dimensionsId(dimensions)).digest("hex"));

const dimensionsRow = rowCodec({
  dimensions: z.record(z.string(), field.text).catch({}),
  first_seen_at: field.text,
});

/** All dimensions ever seen with tokens. */
export async function listSeenDimensions(): Promise<Dimensions[]> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": stringAttribute(seen) },
  });
  const items = await orIfTableMissing(query, []);
  return items.map((item) => dimensionsRow.decode(item).dimensions);
}

/** A row for dimensions, because ListMetrics forgets metrics after two weeks. */
export function seenDimensionsItem(dimensions: Dimensions, at: string): RawItem {
  return { ...keyOf(dimensions), ...dimensionsRow.encode({ dimensions, first_seen_at: at }) };
}

/** Saves new dimensions; returns those that DynamoDB accepted. */
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
