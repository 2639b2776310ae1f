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

/** Turns a failed condition into an error; gets the current row, or null. */
type OnConditionFailed = (stored: RawItem | null) => AppError;

/** One action of a transaction. Only repositories create them; services pass them on. */
export type WriteItem = {
  readonly action: TransactWriteItem;
  readonly onConditionFailed: OnConditionFailed;
};

type Expression = {
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
};

const returnOldImage = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;
const attempts = 6;
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
    onConditionFailed,
  };
}

/**
 * Updates the named attributes; if the condition fails, throws the result of `onConditionFailed`.
 */
export function updateItem(
  table: string,
  key: RawItem,
  change: Expression & { UpdateExpression: string },
  onConditionFailed: OnConditionFailed,
): WriteItem {
  return {
    action: { Update: { TableName: table, Key: key, ...change, ...returnOldImage } },
    onConditionFailed,
  };
}

/** Deletes a row if the condition holds; otherwise throws the result of `onConditionFailed`. */
export function deleteItem(
  table: string,
  key: RawItem,
  when: Expression,
  onConditionFailed: OnConditionFailed,
): WriteItem {
  return {
    action: { Delete: { TableName: table, Key: key, ...when, ...returnOldImage } },
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
    onConditionFailed,
  };
}

/**
 * Applies all items or none (at most 100). A collision with another transaction is tried again;
 * one token makes a repeated request of the SDK harmless.
 * @throws AppError of the first item whose condition was refused; `conflict` if the rows stay busy.
 */
export async function transact(items: WriteItem[]): Promise<void> {
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
