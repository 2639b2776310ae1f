import { isJsonObject, type JsonObject } from "../json";
import type { DynaliteStore } from "./dynalite-types";
import { prepare } from "./engine";
import { memberError, validationError } from "./errors";
import { type ItemOperation, type ItemWrite, returnsOldItem } from "./item-write";

const maxActions = 100;

const commonFields = [
  "TableName",
  "ConditionExpression",
  "ExpressionAttributeNames",
  "ExpressionAttributeValues",
];
/** The actions of a transaction and their fields, without legacy parameters. */
const actionKinds: Record<
  string,
  { operation: ItemOperation; fields: string[]; required?: string }
> = {
  Put: { operation: "PutItem", fields: [...commonFields, "Item"] },
  Update: {
    operation: "UpdateItem",
    fields: [...commonFields, "Key", "UpdateExpression"],
    required: "UpdateExpression",
  },
  Delete: { operation: "DeleteItem", fields: [...commonFields, "Key"] },
  ConditionCheck: {
    operation: "ConditionCheck",
    fields: [...commonFields, "Key"],
    required: "ConditionExpression",
  },
};

/** Reads `TransactItems`: 1 to 100 objects; throws ValidationException. */
export function readTransactItems(body: JsonObject): JsonObject[] {
  const items = body.TransactItems;
  if (!Array.isArray(items)) throw memberError("transactItems", items, "not be null");
  if (items.length === 0)
    throw memberError("transactItems", "[]", "have length greater than or equal to 1");
  if (items.length > maxActions)
    throw memberError(
      "transactItems",
      `[${items.length} items]`,
      `have length less than or equal to ${maxActions}`,
    );
  return items.map((item) => {
    if (!isJsonObject(item)) throw validationError("Each item of TransactItems must be an object");
    return item;
  });
}

/**
 * Reads the actions of a TransactWriteItems and parses their expressions. Reads no table.
 * Throws ValidationException.
 */
export function readActions(store: DynaliteStore, body: JsonObject): ItemWrite[] {
  return readTransactItems(body).map((item, index) => {
    const kinds = Object.keys(item).filter((kind) => isJsonObject(item[kind]));
    const kind = actionKinds[kinds[0] ?? ""];
    const action = item[kinds[0] ?? ""];
    if (kinds.length !== 1 || !kind || !isJsonObject(action))
      throw validationError("TransactItems can only contain one of Check, Put, Update or Delete");
    return readAction(
      store,
      kind,
      action,
      `transactItems.${index + 1}.member.${lowerFirst(kinds[0] ?? "")}`,
    );
  });
}

function readAction(
  store: DynaliteStore,
  { operation, fields, required }: NonNullable<(typeof actionKinds)[string]>,
  action: JsonObject,
  path: string,
): ItemWrite {
  if (required && action[required] === undefined)
    throw memberError(`${path}.${lowerFirst(required)}`, undefined, "not be null");
  const body = Object.fromEntries(fields.map((field) => [field, action[field]]));
  // A condition check has the parameters of a delete.
  const validatedAs = operation === "ConditionCheck" ? "DeleteItem" : operation;
  const data = prepare(store, validatedAs, body);
  return { operation, data, returnsOldItem: returnsOldItem(action) };
}

/** Reads ClientRequestToken (1 to 36 characters), if present. */
export function readToken(body: JsonObject): string | undefined {
  const token = body.ClientRequestToken;
  if (token === undefined || token === null) return undefined;
  if (typeof token !== "string" || token.length < 1)
    throw memberError("clientRequestToken", token, "have length greater than or equal to 1");
  if (token.length > 36)
    throw memberError("clientRequestToken", token, "have length less than or equal to 36");
  return token;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
