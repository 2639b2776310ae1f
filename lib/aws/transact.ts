import "server-only";
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import {
  type AttributeValue,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { AppError } from "@/lib/errors";
import type { RawItem } from "./attributes";
import { dynamodb } from "./clients";
import { assertRowFits, itemBytes } from "./item-size";

/** Turns a failed condition into an error. Gets the current row, or null. */
type OnConditionFailed = (stored: RawItem | null) => AppError;

/** One action of a transaction. Only repositories create them; services pass them on. */
export type WriteItem = {
  readonly action: TransactWriteItem;
  /** Its share of the transaction's size in bytes: of what is sent, or of the row if that is larger. */
  readonly bytes: number;
  /** The row after the write, if known. */
  readonly row: RawItem | null;
  readonly onConditionFailed: OnConditionFailed;
};

type Expression = {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
};

const returnOldImage = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;
const attempts = 6;
/** DynamoDB accepts at most 100 actions and 4 MB per transaction (Service quotas). */
const maxActions = 100;
const maxBytes = 4_000_000;
const retryableReasons = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
  "RequestLimitExceeded",
]);

/** Puts the row if the condition holds; otherwise throws the result of `onConditionFailed`. */
export function putItem(
  table: string,
  item: RawItem,
  when: Expression,
  onConditionFailed: OnConditionFailed,
): WriteItem {
  return {
    action: { Put: { TableName: table, Item: item, ...when, ...returnOldImage } },
    bytes: sentBytes(item, when),
    row: item,
    onConditionFailed,
  };
}

/**
 * Updates the named attributes; if the condition fails, throws the result of `onConditionFailed`.
 * @param row after the update; needed if it may be large
 */
export function updateItem(
  table: string,
  key: RawItem,
  change: Expression & { UpdateExpression: string },
  onConditionFailed: OnConditionFailed,
  row: RawItem | null = null,
): WriteItem {
  return {
    action: { Update: { TableName: table, Key: key, ...change, ...returnOldImage } },
    bytes: Math.max(sentBytes(key, change), itemBytes(row ?? {})),
    row,
    onConditionFailed,
  };
}

/**
 * Deletes a row if the condition holds; otherwise throws the result of `onConditionFailed`.
 * @param row the present row; needed if it may be large
 */
export function deleteItem(
  table: string,
  key: RawItem,
  when: Expression,
  onConditionFailed: OnConditionFailed,
  row: RawItem = {},
): WriteItem {
  return {
    action: { Delete: { TableName: table, Key: key, ...when, ...returnOldImage } },
    bytes: Math.max(sentBytes(key, when), itemBytes(row)),
    row: null,
    onConditionFailed,
  };
}

/** Writes nothing; makes the transaction depend on a condition. */
export function conditionCheck(
  table: string,
  key: RawItem,
  when: Expression & { ConditionExpression: string },
  onConditionFailed: OnConditionFailed,
): WriteItem {
  return {
    action: { ConditionCheck: { TableName: table, Key: key, ...when, ...returnOldImage } },
    bytes: sentBytes(key, when),
    row: null,
    onConditionFailed,
  };
}

function sentBytes(item: RawItem, { ExpressionAttributeValues = {} }: Expression): number {
  return itemBytes(item) + itemBytes(ExpressionAttributeValues);
}

/** Whether DynamoDB accepts these actions in one transaction. */
export function fitsTransaction(items: WriteItem[]): boolean {
  return items.length <= maxActions && items.reduce((sum, { bytes }) => sum + bytes, 0) <= maxBytes;
}

/** @throws AppError `too_large` that names what to shorten, if it's one row */
function assertFits(items: WriteItem[]): void {
  for (const { row } of items) if (row) assertRowFits(row);
  if (fitsTransaction(items)) return;
  const message = `The change touches more than the ${maxActions} rows or 4 MB that DynamoDB takes at once. Nothing was saved. Change less at a time.`;
  throw new AppError("too_large", message);
}

/**
 * Applies all items or none. A conflict with another transaction is retried;
 * an idempotency token makes retries of the SDK harmless.
 * @throws AppError of the first item whose condition failed; `conflict` if the rows stay busy;
 *   `too_large` before anything is sent
 */
export async function transact(items: WriteItem[]): Promise<void> {
  assertFits(items);
  const command = new TransactWriteItemsCommand({
    TransactItems: items.map((item) => item.action),
    ClientRequestToken: randomUUID(),
  });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await dynamodb().send(command);
      return;
    } catch (error) {
      if (isInProgress(error) && attempt < attempts) {
        await delay(Math.random() * 25 * 2 ** attempt);
        continue;
      }
      if (!(error instanceof TransactionCanceledException)) throw error;
      const refused = refusalOf(error, items);
      if (refused) throw refused;
      if (!isRetryable(error)) throw error;
      if (attempt === attempts) throw conflictError(error);
      await delay(Math.random() * 25 * 2 ** attempt);
    }
  }
}

/**
 * A retried request whose first reply was lost; DynamoDB answers with the outcome once it's known.
 */
function isInProgress(error: unknown): boolean {
  return error instanceof Error && error.name === "TransactionInProgressException";
}

function refusalOf(error: TransactionCanceledException, items: WriteItem[]): AppError | null {
  const reasons = error.CancellationReasons ?? [];
  const index = reasons.findIndex((reason) => reason.Code === "ConditionalCheckFailed");
  return items[index]?.onConditionFailed(reasons[index]?.Item ?? null) ?? null;
}

function isRetryable(error: TransactionCanceledException): boolean {
  const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? "None");
  return (
    codes.some((code) => retryableReasons.has(code)) &&
    codes.every((c) => c === "None" || retryableReasons.has(c))
  );
}

function conflictError(cause: unknown): AppError {
  const message = "Another change of the same rows was going on. Nothing was saved; try again.";
  return new AppError("conflict", message, { cause });
}
