import { AwsError } from "../aws-error";
import { isJsonObject, type JsonObject } from "../json";
import type { DynaliteStore, Item as StoredItem } from "./dynalite-types";
import { execute, prepare } from "./engine";
import { validationError } from "./errors";
import { itemBytes, maxTransactionBytes } from "./limits";
import { cancelled, transactionCapacity } from "./transact-write";
import { readTransactItems } from "./transaction-request";

const fields = ["TableName", "Key", "ProjectionExpression", "ExpressionAttributeNames"];

/** TransactGetItems. Reads a snapshot, because the caller excludes writers. */
export async function transactGet(store: DynaliteStore, body: JsonObject): Promise<JsonObject> {
  const gets = readTransactItems(body).map(({ Get }) => {
    if (!isJsonObject(Get)) throw validationError("TransactItems can only contain Get");
    const parameters = Object.fromEntries(fields.map((field) => [field, Get[field]]));
    const ReturnConsumedCapacity = body.ReturnConsumedCapacity;
    return prepare(store, "GetItem", {
      ...parameters,
      ConsistentRead: true,
      ReturnConsumedCapacity,
    });
  });
  const results: JsonObject[] = [];
  const reasons: { Code: string; Message?: string }[] = [];
  for (const get of gets) {
    try {
      results.push(await execute(store, "GetItem", get));
      reasons.push({ Code: "None" });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ValidationException") throw error;
      reasons.push({ Code: "ValidationError", Message: error.message });
    }
  }
  if (results.length < gets.length) throw cancelled(reasons);
  // dynalite answers stored items.
  const bytes = results.reduce((sum, { Item }) => sum + itemBytes((Item ?? {}) as StoredItem), 0);
  if (bytes > maxTransactionBytes)
    throw validationError(`Payload in response is too large.${bytes}`);
  const Responses = results.map(({ Item }) => (Item === undefined ? {} : { Item }));
  return { Responses, ...transactionCapacity(results) };
}
