import db from "dynalite/db/index.js";
import { AwsError } from "../aws-error";
import type { JsonObject } from "../json";
import { conditionHolds } from "./condition";
import type { DynaliteStore, DynaliteTable, OperationData } from "./dynalite-types";
import { execute } from "./engine";
import { dynamoError, fromDynalite, memberError } from "./errors";
import { assertItemLimits } from "./limits";
import type { StagedWrites } from "./staged-writes";

/** `ConditionCheck` only evaluates its condition, and only in transactions. */
export type ItemOperation = "PutItem" | "UpdateItem" | "DeleteItem" | "ConditionCheck";

export interface ItemWrite {
  operation: ItemOperation;
  data: OperationData;
  /** ReturnValuesOnConditionCheckFailure=ALL_OLD: the error of a failed condition has the item. */
  returnsOldItem: boolean;
}

/** Reads ReturnValuesOnConditionCheckFailure, which dynalite doesn't support. */
export function returnsOldItem(body: JsonObject): boolean {
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
export function getTable(
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

/** The key of the written item as a string, unique in its table; throws if it is malformed. */
export function itemKey({ operation, data }: ItemWrite, table: DynaliteTable): string {
  const keyed = operation === "PutItem" ? data.Item : data.Key;
  const invalid =
    operation === "PutItem"
      ? db.validateItem(keyed ?? {}, table)
      : db.validateKey(keyed ?? {}, table);
  if (invalid) throw fromDynalite(invalid);
  return db.createKey(keyed ?? {}, table);
}

/**
 * Stages one item write under its own condition and resolves to dynalite's reply.
 * Rejects with ConditionalCheckFailedException, with `Item` if requested.
 */
export async function stageItemWrite(staged: StagedWrites, write: ItemWrite): Promise<JsonObject> {
  const { _condition, ...data } = write.data;
  const table = await getTable(staged.store, data.TableName);
  itemKey(write, table);
  const key = write.data.Item ?? write.data.Key ?? {};
  const old = await staged.read(table, key);
  const conditionFailed = () =>
    dynamoError(
      "ConditionalCheckFailedException",
      "The conditional request failed",
      write.returnsOldItem && old ? { Item: old } : {},
    );
  if (_condition && !conditionHolds(_condition.expression, old ?? {})) throw conditionFailed();
  if (write.operation === "ConditionCheck") return {};
  try {
    const reply = await execute(staged.store, write.operation, data);
    const written = await staged.read(table, key);
    if (written) assertItemLimits(written, table);
    return reply;
  } catch (error) {
    // dynalite evaluates the legacy `Expected` conditions itself.
    const isFailedCondition =
      error instanceof AwsError && error.code === "ConditionalCheckFailedException";
    throw isFailedCondition ? conditionFailed() : error;
  }
}
