import "server-only";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeStateMachineAliasCommand, DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { RawItem } from "@/lib/aws/attributes";
import { dynamodb, securityTokens, stepFunctions } from "@/lib/aws/clients";
import { decryptStatement, explainAwsFailure, onlyRead } from "@/lib/aws/failures";
import { isAccessDenied } from "@/lib/aws/refusals";
import { env } from "@/lib/env";
import type { Item, ItemReading } from "./rules/interpretation";
import { type MachineArn, parseMachineArn } from "./rules/machine-arn";
import {
  gone,
  type Machine,
  type MachineReading,
  readDefinition,
  unreadable,
} from "./rules/machine-reading";

/** The three tables that a machine may read before it calls a model. */
export function runtimeTables() {
  const { AGENT_REGISTRY_TABLE, LLM_MODELS_TABLE, TOOL_REGISTRY_TABLE } = env();
  return { agents: AGENT_REGISTRY_TABLE, models: LLM_MODELS_TABLE, tools: TOOL_REGISTRY_TABLE };
}

/**
 * Describes a state machine by its ARN. A version has its own definition. For an alias of two
 * versions, describes the one that gets more runs.
 */
export async function describeMachine(stateMachineArn: string): Promise<MachineReading> {
  const parsed = parseMachineArn(stateMachineArn);
  if (!parsed) {
    return unreadable("no_arn", `"${stateMachineArn}" is not the ARN of a state machine.`);
  }
  const { qualifier } = parsed;
  const isAlias = qualifier !== null && !/^\d+$/.test(qualifier);
  let action: DescribeAction = isAlias ? "DescribeStateMachineAlias" : "DescribeStateMachine";
  try {
    const alias = isAlias ? await describeAlias(parsed, qualifier) : null;
    action = "DescribeStateMachine";
    return await describeDefinition(parsed, alias);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return explainDescribe(error, parsed, action);
  }
}

type DescribeAction = "DescribeStateMachine" | "DescribeStateMachineAlias";

async function describeAlias({ arn, region }: MachineArn, name: string): Promise<Machine["alias"]> {
  const stateMachineAliasArn = `${arn}:${name}`;
  const command = new DescribeStateMachineAliasCommand({ stateMachineAliasArn });
  const { routingConfiguration = [] } = await stepFunctions(region).send(command);
  const routing = routingConfiguration.map(({ stateMachineVersionArn, weight = 0 }) => ({
    version: parseMachineArn(stateMachineVersionArn ?? "")?.qualifier ?? "",
    weight,
  }));
  return { name, routing: routing.toSorted((a, b) => b.weight - a.weight) };
}

async function describeDefinition(
  { arn, region, name, qualifier }: MachineArn,
  alias: Machine["alias"],
): Promise<MachineReading> {
  const version = alias ? (alias.routing[0]?.version ?? null) : qualifier;
  const stateMachineArn = version ? `${arn}:${version}` : arn;
  const command = new DescribeStateMachineCommand({ stateMachineArn });
  const answer = await stepFunctions(region).send(command);
  if (answer.status === "DELETING") {
    const cause = `State Machine Deleting: '${arn}'`;
    return gone(`The state machine ${arn} is being deleted`, {
      error: "StateMachineDeleting",
      cause,
    });
  }
  const revision = answer.revisionId ?? "INITIAL";
  const machine = {
    arn,
    name: answer.name ?? name,
    revision,
    version,
    alias,
    isExpress: answer.type === "EXPRESS",
    definition_id: [arn, version, answer.creationDate?.getTime(), revision].join(" "),
    read_at: new Date().toISOString(),
  };
  return readDefinition(machine, answer.definition);
}

async function explainDescribe(
  error: Error,
  machine: MachineArn,
  action: DescribeAction,
): Promise<MachineReading> {
  const { arn, account, qualifier } = machine;
  const { name, message } = error;
  if (name === "StateMachineDoesNotExist" || name === "ResourceNotFound") {
    if (await isForeign(account)) return foreign(account);
    const resource = qualifier ? "version or alias" : "state machine";
    const full = qualifier ? `${arn}:${qualifier}` : arn;
    const cause = `State Machine Does Not Exist: '${full}'`;
    return gone(`There is no ${resource} ${full}`, { error: "StateMachineDoesNotExist", cause });
  }
  if (name === "InvalidArn") {
    return unreadable("no_arn", `Step Functions does not take the ARN ${arn}.`);
  }
  const decrypt = decryptStatement(error);
  if (decrypt) {
    const why = "Its definition is encrypted with a key that the console may not use.";
    return unreadable("encrypted", why, decrypt);
  }
  if (isAccessDenied(error)) {
    if (await isForeign(account)) return foreign(account);
    const resources = action === "DescribeStateMachine" ? "state machines" : "their aliases";
    const why = `The console's role may not describe ${resources}.`;
    return unreadable("not_permitted", why, describeStatement(machine, action));
  }
  const explained = explainAwsFailure(error, onlyRead);
  if (!explained && !("$metadata" in error)) throw error;
  return unreadable("not_read", explained?.message ?? `${name}: ${message}`);
}

const foreign = (account: string) =>
  unreadable("other_account", `Its state machine is in the account ${account}.`);

async function isForeign(account: string): Promise<boolean> {
  const own = await ownAccount();
  return own !== null && own !== account;
}

let account: Promise<string | null> | undefined;

/** The account of the server's credentials; null if STS fails. */
function ownAccount(): Promise<string | null> {
  account ??= securityTokens()
    .send(new GetCallerIdentityCommand({}))
    .then(({ Account }) => Account ?? null)
    .catch(() => null);
  return account;
}

/** The policy statement that allows the console to describe the account's machines. */
function describeStatement({ partition, region, account }: MachineArn, action: DescribeAction) {
  return {
    Effect: "Allow",
    Action: `states:${action}`,
    Resource: `arn:${partition}:states:${region}:${account}:stateMachine:*`,
  };
}

/** The current row of a table that the runtime reads. */
export async function readRuntimeItem(table: string, key: Item): Promise<ItemReading> {
  const tables = Object.values(runtimeTables());
  if (!tables.includes(table)) {
    return { unknown: `It reads the table ${table}, which is none of ${tables.join(", ")}.` };
  }
  const Key = key as RawItem; // The key in the definition; DynamoDB rejects an invalid one.
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
