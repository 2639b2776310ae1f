import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import {
  BatchWriteItemCommand,
  paginateQuery,
  paginateScan,
  type QueryCommandInput,
  ResourceNotFoundException,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { chunksOf } from "@/lib/batches";
import type { RawItem } from "./attributes";
import { dynamodb } from "./clients";
import { itemBytes } from "./item-size";

/** Every row of a table, or only the named attributes, by a consistent, paged Scan. */
export async function scanAll(table: string, attributes?: string[]): Promise<RawItem[]> {
  const items: RawItem[] = [];
  const pages = paginateScan(
    { client: dynamodb() },
    {
      TableName: table,
      ConsistentRead: true,
      ...(attributes && {
        ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(", "),
        ExpressionAttributeNames: Object.fromEntries(
          attributes.map((name, index) => [`#a${index}`, name]),
        ),
      }),
    },
  );
  for await (const page of pages) items.push(...(page.Items ?? []));
  return items;
}

/** All rows of a query, paged to the end. */
export async function queryAll(input: QueryCommandInput): Promise<RawItem[]> {
  const items: RawItem[] = [];
  for await (const page of paginateQuery({ client: dynamodb() }, input)) {
    items.push(...(page.Items ?? []));
  }
  return items;
}

/** The limits of BatchWriteItem (API reference): 16 MB as sent; the JSON is larger than the rows. */
export const batchSize = 25;
const maxBatchBytes = 4_000_000;

/** Puts and deletes rows of a table; retries unprocessed items with backoff. */
export async function batchWriteAll(table: string, requests: WriteRequest[]): Promise<void> {
  for (const batch of chunksOf(requests, batchSize).flatMap(splitByBytes)) {
    let unprocessed = batch;
    for (let attempt = 1; unprocessed.length > 0; attempt += 1) {
      const command = new BatchWriteItemCommand({ RequestItems: { [table]: unprocessed } });
      const { UnprocessedItems } = await dynamodb().send(command);
      unprocessed = UnprocessedItems?.[table] ?? [];
      if (unprocessed.length > 0) await delay(Math.random() * 50 * 2 ** Math.min(attempt, 6));
    }
  }
}

function splitByBytes(requests: WriteRequest[]): WriteRequest[][] {
  const batches: WriteRequest[][] = [];
  let room = 0;
  for (const request of requests) {
    const bytes = itemBytes(request.PutRequest?.Item ?? {});
    if (batches.length === 0 || bytes > room) {
      batches.push([]);
      room = maxBatchBytes;
    }
    batches.at(-1)?.push(request);
    room -= bytes;
  }
  return batches;
}

/** Whether the condition of a single write failed. */
export function isConditionFailed(error: unknown): boolean {
  return error instanceof Error && error.name === "ConditionalCheckFailedException";
}

/** Whether a conditional write was applied; false if its condition failed. */
export async function tryWrite(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** Reads a table that may not exist yet; returns the fallback if it is missing. */
export async function orIfTableMissing<T, Fallback>(
  read: Promise<T>,
  fallback: Fallback,
): Promise<T | Fallback> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return fallback;
    throw error;
  }
}
