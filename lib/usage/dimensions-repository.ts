import "server-only";
import { createHash } from "node:crypto";
import {
  BatchWriteItemCommand,
  UpdateItemCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { managementKey, managementTable as table } from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { batchSize, orIfTableMissing, queryAll, tryWrite } from "@/lib/aws/tables";
import { chunksOf, mapConcurrently } from "@/lib/batches";
import { type Dimensions, dimensionsId } from "./rules/dimensions";
import type { Ownership } from "./rules/ownership";

const seen = "usage-dimensions";

/** Hashed, because dimensions may be longer than a DynamoDB key. */
const keyOf = (dimensions: Dimensions) =>
  managementKey(seen, createHash("sha256").update(dimensionsId(dimensions)).digest("hex"));

const dimensionsRow = rowCodec({
  dimensions: z.record(z.string(), field.text).catch({}),
  first_seen_at: field.text,
  environment: field.optionalText,
});

/** Dimensions and the environment to which they are proven to belong. */
export type SeenDimensions = { dimensions: Dimensions; environment: string | null };

/** All dimensions ever seen with tokens. */
export async function listSeenDimensions(): Promise<SeenDimensions[]> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": stringAttribute(seen) },
  });
  const items = await orIfTableMissing(query, []);
  return items.map((item) => dimensionsRow.decode(item));
}

/** A row for dimensions, because ListMetrics drops metrics after two weeks. */
export function seenDimensionsItem(
  { dimensions, environment }: SeenDimensions,
  at: string,
): RawItem {
  const row = dimensionsRow.encode({ dimensions, first_seen_at: at, environment });
  return { ...keyOf(dimensions), ...row };
}

/** Saves new dimensions; returns those that DynamoDB accepted. */
export async function saveSeenDimensions(added: SeenDimensions[]): Promise<SeenDimensions[]> {
  const at = new Date().toISOString();
  const saved: SeenDimensions[] = [];
  for (const batch of chunksOf(added, batchSize)) {
    const requests = batch.map((entry): WriteRequest => {
      return { PutRequest: { Item: seenDimensionsItem(entry, at) } };
    });
    const command = new BatchWriteItemCommand({ RequestItems: { [table()]: requests } });
    const { UnprocessedItems } = await dynamodb().send(command);
    const unprocessed = new Set(
      UnprocessedItems?.[table()]?.map(({ PutRequest }) => PutRequest?.Item?.sk?.S),
    );
    saved.push(...batch.filter(({ dimensions }) => !unprocessed.has(keyOf(dimensions).sk?.S)));
  }
  return saved;
}

const updateConcurrency = 10;

/**
 * Records to which environment dimensions are proven to belong, because the row that proves it may
 * be deleted. Proof by name never replaces proof by row.
 */
export async function recordEnvironments(
  proven: (SeenDimensions & Pick<Ownership, "proof">)[],
): Promise<SeenDimensions[]> {
  const recorded = await mapConcurrently(proven, updateConcurrency, async (entry) => {
    const isUnproven = "attribute_exists(pk) AND attribute_not_exists(environment)";
    const command = new UpdateItemCommand({
      TableName: table(),
      Key: keyOf(entry.dimensions),
      UpdateExpression: "SET environment = :environment",
      ConditionExpression: entry.proof === "row" ? "attribute_exists(pk)" : isUnproven,
      ExpressionAttributeValues: { ":environment": stringAttribute(entry.environment ?? "") },
    });
    return (await tryWrite(dynamodb().send(command))) ? [entry] : [];
  });
  return recorded.flat();
}
