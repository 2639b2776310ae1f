import { AwsError } from "../aws-error";
import { isJsonObject, type JsonObject } from "../json-object";
import type { DynaliteStore } from "./dynalite-types";
import { perform, prepare } from "./engine";
import { validationError } from "./errors";
import { cancelled } from "./transact-write";
import { transactionCapacity } from "./transaction-capacity";
import { readTransactItems } from "./transaction-request";

const fields = ["TableName", "Key", "ProjectionExpression", "ExpressionAttributeNames"];

/** TransactGetItems: a snapshot, because the caller lets no write in between. */
export async function transactGet(store: DynaliteStore, body: JsonObject): Promise<JsonObject> {
  const gets = readTransactItems(body).map(({ Get }) => {
    if (!isJsonObject(Get)) throw validationError("TransactItems can only contain Get");
    const named = Object.fromEntries(fields.map((field) => [field, Get[field]]));
    const ReturnConsumedCapacity = body.ReturnConsumedCapacity;
    return prepare(store, "GetItem", { ...named, ConsistentRead: true, ReturnConsumedCapacity });
  });
  const results: JsonObject[] = [];
  const reasons: { Code: string; Message?: string }[] = [];
  for (const get of gets) {
    try {
      results.push(await perform(store, "GetItem", get));
      reasons.push({ Code: "None" });
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "ValidationException") throw error;
      reasons.push({ Code: "ValidationError", Message: error.message });
    }
  }
  if (results.length < gets.length) throw cancelled(reasons);
  const Responses = results.map(({ Item }) => (Item === undefined ? {} : { Item }));
  return { Responses, ...transactionCapacity(results) };
}
