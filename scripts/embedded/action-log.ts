import { appendFileSync } from "node:fs";
import { isJsonObject, type JsonObject } from "./json-object";

/** One request: what `x-amz-target` has before and after the dot (nothing and a path for REST). */
type RecordedCall = { prefix: string; operation: string; input: JsonObject };

export type ActionRecorder = (userAgent: string, call: RecordedCall) => void;

/** The console's mark in its user agent: `userAgentAppId` of lib/aws/clients.ts. */
const consoleMark = /(^| )app\/switchboard( |$)/;

/**
 * Appends to a file, once each, the IAM actions that the console's own requests need, with the name
 * of the table, index or secret: `dynamodb:PutItem LLMModels-prod`. Without a file it does nothing.
 */
export function actionRecorder(file: string | undefined): ActionRecorder {
  if (!file) return () => undefined;
  const known = new Set<string>();
  return (userAgent, call) => {
    if (!consoleMark.test(userAgent)) return;
    const lines = actionsOf(call).filter((line) => !known.has(line));
    for (const line of lines) known.add(line);
    // Several endpoints may write the same file; what is appended in one call stays in one piece.
    if (lines.length > 0) appendFileSync(file, lines.map((line) => `${line}\n`).join(""));
  };
}

const restActions: [RegExp, string][] = [
  [/^\/inference-profiles$/, "bedrock:ListInferenceProfiles *"],
  [/^\/inference-profiles\/./, "bedrock:GetInferenceProfile *"],
  [/^\/foundation-models$/, "bedrock:ListFoundationModels *"],
  [/^\/foundation-models\/./, "bedrock:GetFoundationModel *"],
];

function actionsOf({ prefix, operation, input }: RecordedCall): string[] {
  if (prefix === "") return restActions.flatMap(([path, it]) => (path.test(operation) ? it : []));
  if (prefix.startsWith("DynamoDB")) return tableActions(operation, input);
  const [service, resource] = prefix.startsWith("secretsmanager")
    ? ["secretsmanager", input.SecretId ?? input.Name]
    : ["cloudwatch", "*"];
  return [`${service}:${operation} ${resource}`];
}

/**
 * DynamoDB asks for the permission of each action of a transaction, and none for the transaction.
 * Source: docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html.
 */
function tableActions(operation: string, input: JsonObject): string[] {
  const action = (name: string, on: JsonObject) => {
    const index = on.IndexName === undefined ? "" : `/index/${on.IndexName}`;
    return `dynamodb:${name} ${on.TableName}${index}`;
  };
  if (operation === "TransactWriteItems" || operation === "TransactGetItems") {
    return listOf(input.TransactItems)
      .flatMap((item) => Object.entries(item))
      .map(([kind, on]) => action(itemActions[kind] ?? kind, objectOf(on)));
  }
  if (operation.startsWith("Batch")) {
    return Object.keys(objectOf(input.RequestItems)).map((TableName) =>
      action(operation, { TableName }),
    );
  }
  return [action(operation, input)];
}

const itemActions: Record<string, string> = {
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

/** A malformed request has its refusal from the service; here it names nothing. */
function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}
