import "server-only";
import { randomUUID } from "node:crypto";
import { ListFoundationModelsCommand, ListInferenceProfilesCommand } from "@aws-sdk/client-bedrock";
import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { type RawItem, text } from "@/lib/aws/attributes";
import { bedrockControlPlane, dynamodb, secretsManager } from "@/lib/aws/clients";
import { env } from "@/lib/env";

/** One AWS action that the console needs, and a call that shows whether it may, without effect. */
type Probe = {
  action: string;
  resource: string;
  needed_for: string;
  call: () => Promise<unknown>;
};

export type MissingPermission = {
  action: string;
  /** The ARN that AWS names, or the name of the table or secret. */
  resource: string;
  needed_for: string;
};

/** A write that can never happen: AWS looks at the permission first, then at the condition. */
const never = { ConditionExpression: "attribute_exists(#k) AND attribute_not_exists(#k)" };

const tableCalls = {
  Scan: (TableName) => dynamodb().send(new ScanCommand({ TableName, Limit: 1 })),
  GetItem: (TableName, Key) => dynamodb().send(new GetItemCommand({ TableName, Key })),
  PutItem: (TableName, Item) =>
    dynamodb().send(new PutItemCommand({ TableName, Item, ...neverFor(Item) })),
  UpdateItem: (TableName, Key) => {
    const UpdateExpression = "REMOVE nothing";
    return dynamodb().send(
      new UpdateItemCommand({ TableName, Key, UpdateExpression, ...neverFor(Key) }),
    );
  },
  DeleteItem: (TableName, Key) =>
    dynamodb().send(new DeleteItemCommand({ TableName, Key, ...neverFor(Key) })),
  ConditionCheckItem: (TableName, Key) => {
    const ConditionCheck = { TableName, Key, ...neverFor(Key) };
    return dynamodb().send(new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck }] }));
  },
} satisfies Record<string, (TableName: string, key: RawItem) => Promise<unknown>>;

function neverFor(key: RawItem) {
  const [name = ""] = Object.keys(key);
  return { ...never, ExpressionAttributeNames: { "#k": name } };
}

type TableUses = Partial<Record<keyof typeof tableCalls, string>>;

function tableProbes(resource: string, key: RawItem, uses: TableUses): Probe[] {
  // The names of a record of these calls.
  return (Object.keys(uses) as (keyof typeof tableCalls)[]).map((name) => ({
    action: `dynamodb:${name}`,
    resource,
    needed_for: uses[name] ?? "",
    call: () => tableCalls[name](resource, key),
  }));
}

function queryProbe(TableName: string, IndexName: string | undefined, key: string): Probe {
  return {
    action: "dynamodb:Query",
    resource: IndexName ? `${TableName}/index/${IndexName}` : TableName,
    needed_for: "the activity, history and notes",
    call: () =>
      dynamodb().send(
        new QueryCommand({
          TableName,
          IndexName,
          Limit: 1,
          KeyConditionExpression: "#k = :none",
          ExpressionAttributeNames: { "#k": key },
          ExpressionAttributeValues: { ":none": text("none") },
        }),
      ),
  };
}

function secretProbes(SecretId: string): Probe[] {
  const probe = (action: string, needed_for: string, call: Probe["call"]): Probe => ({
    action: `secretsmanager:${action}`,
    resource: SecretId,
    needed_for,
    call,
  });
  const nowhere = randomUUID();
  return [
    probe("GetSecretValue", "the states of the keys and test completions", () =>
      secretsManager().send(new GetSecretValueCommand({ SecretId })),
    ),
    probe("DescribeSecret", "rolling back keys", () =>
      secretsManager().send(new DescribeSecretCommand({ SecretId })),
    ),
    probe("PutSecretValue", "saving keys", () => putUnderAnOldToken(SecretId)),
    probe("UpdateSecretVersionStage", "saving keys", () =>
      secretsManager().send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: "SWITCHBOARD_PROBE",
          MoveToVersionId: nowhere,
          RemoveFromVersionId: nowhere,
        }),
      ),
    ),
  ];
}

/** The token of a version that exists: AWS refuses another value under it, and writes nothing. */
async function putUnderAnOldToken(SecretId: string): Promise<void> {
  const { VersionIdsToStages = {} } = await secretsManager().send(
    new DescribeSecretCommand({ SecretId }),
  );
  const [ClientRequestToken] = Object.keys(VersionIdsToStages);
  if (!ClientRequestToken) return;
  await secretsManager().send(
    new PutSecretValueCommand({
      SecretId,
      ClientRequestToken,
      SecretString: "{}",
      VersionStages: ["SWITCHBOARD_PROBE"],
    }),
  );
}

function bedrockProbes(region: string): Probe[] {
  const client = bedrockControlPlane(region);
  const needed_for = "choosing and checking Bedrock model IDs";
  return [
    {
      action: "bedrock:ListInferenceProfiles",
      resource: "*",
      needed_for,
      call: () => client.send(new ListInferenceProfilesCommand({ maxResults: 1 })),
    },
    {
      action: "bedrock:ListFoundationModels",
      resource: "*",
      needed_for,
      call: () => client.send(new ListFoundationModelsCommand({})),
    },
  ];
}

function probes(): Probe[] {
  const from = env();
  const noModel = { pk: text("none#none") };
  const noAgent = { agent_name: text("none"), version: text("none") };
  const noNote = { pk: text("none"), sk: text("none") };
  return [
    ...tableProbes(from.LLM_MODELS_TABLE, noModel, {
      Scan: "the list of models",
      GetItem: "reading and changing a model",
      PutItem: "adding models",
      UpdateItem: "changing models",
      DeleteItem: "retiring models",
      ConditionCheckItem: "switching agents",
    }),
    ...tableProbes(from.AGENT_REGISTRY_TABLE, noAgent, {
      Scan: "the list of agents",
      GetItem: "reading and changing an agent",
      UpdateItem: "switching agents",
    }),
    ...tableProbes(from.MODEL_MANAGEMENT_TABLE, noNote, {
      GetItem: "every change",
      PutItem: "every change, which is recorded with it",
      UpdateItem: "every change",
      DeleteItem: "saving keys",
    }),
    queryProbe(from.MODEL_MANAGEMENT_TABLE, undefined, "pk"),
    queryProbe(from.MODEL_MANAGEMENT_TABLE, "by-day", "day"),
    ...secretProbes(from.LLM_SECRET_ID),
    ...bedrockProbes(from.BEDROCK_REGION),
  ];
}

/**
 * The actions that AWS refuses to the console's own role. Each is tried in a way that changes
 * nothing; any other answer than a refusal, also "does not exist", means that it is allowed.
 */
export async function listMissingPermissions(): Promise<MissingPermission[]> {
  const tried = await Promise.all(probes().map(tryOut));
  return tried.filter((refusal) => refusal !== null);
}

async function tryOut({ call, ...probe }: Probe): Promise<MissingPermission | null> {
  try {
    await call();
    return null;
  } catch (error) {
    if (!(error instanceof Error) || !error.name.startsWith("AccessDenied")) return null;
    // A call inside the probe may need another action: what AWS names is what is missing.
    const named = /perform: ([\w:]+)/.exec(error.message)?.[1];
    if (named !== undefined && named !== probe.action) return null;
    const arn = /on resource: (arn:\S+)/.exec(error.message)?.[1];
    return { ...probe, resource: arn ?? probe.resource };
  }
}
