import "server-only";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { RawItem } from "@/lib/aws/attributes";
import { dynamodb, securityTokens, stepFunctions } from "@/lib/aws/clients";
import { explainAwsFailure, onlyRead } from "@/lib/aws/failures";
import { isAccessDenied } from "@/lib/aws/refusals";
import { env } from "@/lib/env";
import type { Item, ItemReading } from "./rules/interpretation";
import { type MachineArn, parseMachineArn } from "./rules/machine-arn";
import { type MachineReading, readDefinition, unreadable } from "./rules/machine-reading";

/** The three tables that a machine may read before it calls a model. */
export function runtimeTables() {
  const { AGENT_REGISTRY_TABLE, LLM_MODELS_TABLE, TOOL_REGISTRY_TABLE } = env();
  return { agents: AGENT_REGISTRY_TABLE, models: LLM_MODELS_TABLE, tools: TOOL_REGISTRY_TABLE };
}

/** Describes a state machine by its ARN; a version or an alias in it is left out. */
export async function describeMachine(stateMachineArn: string): Promise<MachineReading> {
  const parsed = parseMachineArn(stateMachineArn);
  if (!parsed) {
    return unreadable("no_arn", `"${stateMachineArn}" is not the ARN of a state machine.`);
  }
  try {
    const command = new DescribeStateMachineCommand({ stateMachineArn: parsed.arn });
    const found = await stepFunctions(parsed.region).send(command);
    const machine = {
      arn: parsed.arn,
      name: found.name ?? parsed.name,
      revision: found.revisionId ?? "INITIAL",
      read_at: new Date().toISOString(),
    };
    return readDefinition(machine, found.definition);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return explainDescribe(error, parsed);
  }
}

async function explainDescribe(error: Error, machine: MachineArn): Promise<MachineReading> {
  const { arn, account } = machine;
  const { name, message } = error;
  if (name === "StateMachineDoesNotExist" || name === "ResourceNotFound") {
    return unreadable("deleted", `There is no state machine ${arn}.`);
  }
  if (name === "InvalidArn") {
    return unreadable("no_arn", `Step Functions does not take the ARN ${arn}.`);
  }
  if (name.startsWith("Kms") || /kms:\w+/.test(message)) {
    const why = "Its definition is encrypted with a key that the console may not use.";
    return unreadable("encrypted", why, decryptStatement(message));
  }
  if (isAccessDenied(error)) {
    const own = await ownAccount();
    if (own !== null && own !== account) {
      return unreadable("other_account", `Its state machine is in the account ${account}.`);
    }
    const why = "The console's role may not describe state machines.";
    return unreadable("not_permitted", why, describeStatement(machine));
  }
  const explained = explainAwsFailure(error, onlyRead);
  if (!explained && !("$metadata" in error)) throw error;
  return unreadable("not_read", explained?.message ?? `${name}: ${message}`);
}

let account: Promise<string | null> | undefined;

/** The account of the server's credentials; null if STS gives no answer. */
function ownAccount(): Promise<string | null> {
  account ??= securityTokens()
    .send(new GetCallerIdentityCommand({}))
    .then(({ Account }) => Account ?? null)
    .catch(() => null);
  return account;
}

/** Allows the console to describe the account's machines. */
function describeStatement({ partition, region, account }: MachineArn) {
  return {
    Effect: "Allow",
    Action: "states:DescribeStateMachine",
    Resource: `arn:${partition}:states:${region}:${account}:stateMachine:*`,
  };
}

function decryptStatement(message: string) {
  const Resource =
    /arn:[a-z-]{1,20}:kms:[\w-]{1,30}:\d{12}:key\/[\w-]{1,64}/.exec(message)?.[0] ?? "*";
  return { Effect: "Allow", Action: "kms:Decrypt", Resource };
}

/** One row of a table that the runtime reads, as it is now. */
export async function readRuntimeItem(table: string, key: Item): Promise<ItemReading> {
  const known = Object.values(runtimeTables());
  if (!known.includes(table)) {
    return { unknown: `It reads the table ${table}, which is none of ${known.join(", ")}.` };
  }
  const Key = key as RawItem; // The definition's own key; DynamoDB refuses what is none.
  try {
    const command = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
    const { Item } = await dynamodb().send(command);
    return { item: Item ?? null };
  } catch (error) {
    return explainItem(error, table);
  }
}

function explainItem(error: unknown, table: string): ItemReading {
  if (!(error instanceof Error)) throw error;
  if (error.name === "ValidationException" || error instanceof TypeError) {
    return { refused: { error: "DynamoDB.AmazonDynamoDBException", cause: error.message } };
  }
  if (error.name === "ResourceNotFoundException") {
    return { unknown: `The table ${table} does not exist in this account and region.` };
  }
  if (isAccessDenied(error)) {
    return {
      unknown: `The console's role may not read ${table}. Add this statement to its policy: ${JSON.stringify(itemStatement(table))}`,
    };
  }
  const explained = explainAwsFailure(error, onlyRead);
  if (explained) return { unknown: explained.message };
  throw error;
}

function itemStatement(table: string) {
  const Resource = `arn:aws:dynamodb:${env().AWS_REGION}:*:table/${table}`;
  return { Effect: "Allow", Action: "dynamodb:GetItem", Resource };
}
