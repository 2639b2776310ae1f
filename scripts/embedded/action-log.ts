import { appendFileSync } from "node:fs";
import { type JsonObject, listOf, objectOf } from "./json";

/** A request. For REST-JSON `prefix` is empty and `operation` is the path. */
type RecordedCall = { prefix: string; operation: string; input: JsonObject };

export type ActionRecorder = (userAgent: string, call: RecordedCall) => void;

/** Set by `userAgentAppId` in lib/aws/clients.ts. */
const consoleAppId = /(^| )app\/switchboard( |$)/;

/**
 * Appends to a file, once each, the IAM actions that the console's own requests need, with the name
 * of the table, index or secret: `dynamodb:PutItem LLMModels-prod`. Does nothing without a file.
 */
export function actionRecorder(file: string | undefined): ActionRecorder {
  if (!file) return () => undefined;
  const recorded = new Set<string>();
  return (userAgent, call) => {
    if (!consoleAppId.test(userAgent)) return;
    // A name may contain line ends; text after them isn't part of an action.
    const lines = actionsOf(call)
      .map((action) => action.split(/[\r\n]/, 1)[0] ?? "")
      .filter((line) => !recorded.has(line));
    for (const line of lines) recorded.add(line);
    // Several processes append to this file, and a single write call isn't interleaved.
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
  if (prefix === "")
    return restActions.flatMap(([path, action]) => (path.test(operation) ? action : []));
  if (prefix.startsWith("DynamoDB")) return tableActions(operation, input);
  // GetCallerIdentity needs no permission.
  if (prefix.startsWith("AWSSecurityToken")) return [];
  if (prefix.startsWith("AWSStepFunctions"))
    return [`states:${operation} ${input.stateMachineArn ?? input.executionArn ?? "*"}`];
  if (prefix.startsWith("AmazonSimpleNotification")) return [`sns:${operation} ${input.TopicArn}`];
  const [service, resource] = prefix.startsWith("secretsmanager")
    ? ["secretsmanager", input.SecretId ?? input.Name]
    : ["cloudwatch", "*"];
  return [`${service}:${operation} ${resource}`];
}

/**
 * A transaction needs only the permissions of its actions. Source:
 * docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html.
 */
function tableActions(operation: string, input: JsonObject): string[] {
  const action = (name: string, on: JsonObject) => {
    const index = on.IndexName === undefined ? "" : `/index/${on.IndexName}`;
    return `dynamodb:${name} ${on.TableName}${index}`;
  };
  if (operation === "TransactWriteItems" || operation === "TransactGetItems") {
    return listOf(input.TransactItems)
      .flatMap((item) => Object.entries(objectOf(item)))
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
