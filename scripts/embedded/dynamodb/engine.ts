import { createRequire } from "node:module";
import validations from "dynalite/validations/index.js";
import { AwsError, unknownOperation } from "../aws-error";
import type { JsonObject } from "../json";
import type { DynaliteStore, OperationData } from "./dynalite-types";
import { dynamoError, fromDynalite } from "./errors";
import { assertRequestLimits } from "./limits";

const require = createRequire(import.meta.url);

type Action = (
  store: DynaliteStore,
  data: OperationData,
  done: (error: unknown, result: JsonObject) => void,
) => void;
interface Validation {
  types: object;
  custom?: unknown;
}

const operations = new Map(
  [
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeTable",
    "GetItem",
    "ListTagsOfResource",
    "PutItem",
    "Query",
    "Scan",
    "TagResource",
    "UntagResource",
    "UpdateItem",
    "UpdateTable",
  ].map((name) => {
    const file = validations.toLowerFirst(name);
    return [
      name,
      // dynalite's action and validation files export these shapes; the contract tests cover them.
      {
        action: require(`dynalite/actions/${file}`) as Action,
        validation: require(`dynalite/validations/${file}`) as Validation,
      },
    ];
  }),
);

const partiQl = new Set(["ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"]);
const partiQlMessage =
  "The local DynamoDB has no PartiQL: use GetItem, Query, Scan, PutItem, UpdateItem, DeleteItem or TransactWriteItems.";

function findOperation(name: string) {
  const operation = operations.get(name);
  if (partiQl.has(name)) throw dynamoError("UnknownOperationException", partiQlMessage);
  if (!operation) throw unknownOperation();
  return operation;
}

/**
 * Checks a request body as dynalite's HTTP handler does and parses its expressions.
 * Throws AwsError for an operation that dynalite lacks and for an invalid body.
 */
export function prepare(store: DynaliteStore, name: string, body: JsonObject): OperationData {
  const { validation } = findOperation(name);
  // Treat null parameters as absent; dynalite crashes on nested nulls.
  if (Object.values(body).some(containsNull)) throw malformed();
  try {
    // checkTypes deletes unknown fields from its argument.
    const data = validations.checkTypes({ ...body }, validation.types);
    validations.checkValidations(data, validation.types, validation.custom, store);
    assertRequestLimits(name, data);
    return data;
  } catch (error) {
    const converted = fromDynalite(error);
    throw converted instanceof AwsError ? converted : malformed();
  }
}

function malformed(): AwsError {
  return dynamoError("SerializationException", "The request has a value of an unexpected type.");
}

function containsNull(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((part) => part === null || containsNull(part));
}

/** Runs a prepared operation of dynalite on a store; rejects with AwsError. */
export function execute(
  store: DynaliteStore,
  name: string,
  data: OperationData,
): Promise<JsonObject> {
  const { action } = findOperation(name);
  return new Promise((resolve, reject) => {
    action(store, data, (error, result) => (error ? reject(fromDynalite(error)) : resolve(result)));
  });
}
