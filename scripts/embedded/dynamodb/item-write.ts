import db from "dynalite/db/index.js";
import { AwsError } from "../aws-error";
import type { JsonObject } from "../json-object";
import { conditionHolds } from "./condition";
import type { DynaliteStore, DynaliteTable, OperationData } from "./dynalite-types";
import { perform } from "./engine";
import { dynamoError, fromDynalite, memberError } from "./errors";
import type { StagedWrites } from "./staged-writes";

/** `ConditionCheck` only evaluates its condition; it exists in transactions alone. */
export type ItemOperation = "PutItem" | "UpdateItem" | "DeleteItem" | "ConditionCheck";

export interface ItemWrite {
  operation: ItemOperation;
  data: OperationData;
  /** ReturnValuesOnConditionCheckFailure=ALL_OLD: a failed condition's error carries the item. */
  showsOldItem: boolean;
}

/** Reads ReturnValuesOnConditionCheckFailure, which dynalite does not know. */
export function showsOldItem(body: JsonObject): boolean {
  const value = body.ReturnValuesOnConditionCheckFailure;
  if (value === undefined || value === null || value === "NONE") return false;
  if (value === "ALL_OLD") return true;
  throw memberError(
    "returnValuesOnConditionCheckFailure",
    value,
    "satisfy enum value set: [ALL_OLD, NONE]",
  );
}

/** The table's description; rejects with ResourceNotFoundException. */
export function findTable(
  store: DynaliteStore,
  name: string,
  checksStatus = true,
): Promise<DynaliteTable> {
  return new Promise((resolve, reject) => {
    store.getTable(name, checksStatus, (error, table) =>
      error || !table ? reject(fromDynalite(error)) : resolve(table),
    );
  });
}

/** The key of the item a write is about, as a string unique in its table; throws if malformed. */
export function itemKey({ operation, data }: ItemWrite, table: DynaliteTable): string {
  const named = operation === "PutItem" ? data.Item : data.Key;
  const invalid =
    operation === "PutItem"
      ? db.validateItem(named ?? {}, table)
      : db.validateKey(named ?? {}, table);
  if (invalid) throw fromDynalite(invalid);
  return db.createKey(named ?? {}, table);
}

/**
 * Stages one item write under its own condition and answers what dynalite answers.
 * Rejects with ConditionalCheckFailedException, carrying `Item` when it was asked for.
 */
export async function stageItemWrite(staged: StagedWrites, write: ItemWrite): Promise<JsonObject> {
  const { _condition, ...data } = write.data;
  const table = await findTable(staged.store, data.TableName);
  itemKey(write, table);
  const old = await staged.read(table, write.data.Item ?? write.data.Key ?? {});
  const conditionFailed = () =>
    dynamoError(
      "ConditionalCheckFailedException",
      "The conditional request failed",
      write.showsOldItem && old ? { Item: old } : {},
    );
  if (_condition && !conditionHolds(_condition.expression, old ?? {})) throw conditionFailed();
  if (write.operation === "ConditionCheck") return {};
  try {
    return await perform(staged.store, write.operation, data);
  } catch (error) {
    // The older `Expected` conditions are evaluated inside dynalite.
    const isFailedCondition =
      error instanceof AwsError && error.code === "ConditionalCheckFailedException";
    throw isFailedCondition ? conditionFailed() : error;
  }
}
