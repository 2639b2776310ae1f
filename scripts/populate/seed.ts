import { setTimeout as wait } from "node:timers/promises";
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { RawItem } from "@/lib/aws/attributes";
import { PopulateError, populateModels } from "./models";
import sampleAgents from "./sample-agents.json";
import { completeSecret, sandboxKeys } from "./sandbox-keys";
import { readSeedFile } from "./seed-file";
import type { TableNames } from "./tables";

/** DynamoDB's limit of one BatchWriteItem. */
const batchSize = 25;
const mostTries = 8;

type SeedOptions = {
  dynamodb: DynamoDBClient;
  secretsManager: SecretsManagerClient;
  tables: TableNames;
  secretId: string;
  /** `default` = models and sample agents; `none` = nothing; else the path of a file of rows. */
  seed: string;
  now?: Date;
};

/**
 * Fills the tables and the secret of the local stand-ins. Run again after an
 * interruption it adds what is missing.
 * @throws PopulateError when a client is not one of a loopback endpoint, or the file is unusable.
 */
export async function seed(options: SeedOptions): Promise<void> {
  const { dynamodb, secretsManager, tables, secretId, now = new Date() } = options;
  await requireLoopback(dynamodb);
  await requireLoopback(secretsManager);
  if (options.seed === "none") return completeSecret(secretsManager, secretId, {});
  if (options.seed === "default") {
    await populateModels({ dynamodb, table: tables.models, dryRun: false, now });
    await Promise.all(sampleAgents.map((row) => createAgent(dynamodb, tables.agents, row)));
  } else {
    await writeFileRows(dynamodb, tables, options.seed);
  }
  await completeSecret(secretsManager, secretId, sandboxKeys(now));
}

/** Sandbox keys and sample rows must not get into an account. */
async function requireLoopback(client: DynamoDBClient | SecretsManagerClient): Promise<void> {
  const { hostname } = (await client.config.endpoint?.()) ?? {};
  if (hostname && ["127.0.0.1", "localhost", "::1", "[::1]"].includes(hostname)) return;
  throw new PopulateError(
    `Sample data is for the local stand-ins only, but the endpoint is ${hostname ?? "AWS"}.`,
  );
}

async function createAgent(dynamodb: DynamoDBClient, TableName: string, row: object) {
  const notThereYet = "attribute_not_exists(agent_name)";
  const input = { TableName, Item: marshall(row), ConditionExpression: notThereYet };
  try {
    await dynamodb.send(new PutItemCommand(input));
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

async function writeFileRows(
  dynamodb: DynamoDBClient,
  tables: TableNames,
  path: string,
): Promise<void> {
  const rows = await readSeedFile(path);
  try {
    await putAll(dynamodb, tables.models, rows.models);
    await putAll(dynamodb, tables.agents, rows.agents);
  } catch (error) {
    if (!(error instanceof Error && error.name === "ValidationException")) throw error;
    throw new PopulateError(
      `The seed file ${path} holds a row that DynamoDB refuses: ${error.message}`,
      { cause: error },
    );
  }
}

async function putAll(dynamodb: DynamoDBClient, table: string, rows: RawItem[]): Promise<void> {
  for (let start = 0; start < rows.length; start += batchSize) {
    const batch = rows.slice(start, start + batchSize);
    const requests = batch.map((Item): WriteRequest => ({ PutRequest: { Item } }));
    await putBatch(dynamodb, table, requests);
  }
}

async function putBatch(
  dynamodb: DynamoDBClient,
  table: string,
  requests: WriteRequest[],
): Promise<void> {
  let left = requests;
  for (let tries = 0; left.length > 0; tries++) {
    if (tries === mostTries) {
      throw new PopulateError(`DynamoDB left ${left.length} rows of "${table}" unwritten.`);
    }
    if (tries > 0) await wait(50 * 2 ** tries);
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: left } });
    left = (await dynamodb.send(command)).UnprocessedItems?.[table] ?? [];
  }
}
