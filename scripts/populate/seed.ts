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
import { addMissingKeys, sandboxKeys } from "./sandbox-keys";
import { readSeedFile } from "./seed-file";
import type { TableNames } from "./tables";

/** DynamoDB's limit per BatchWriteItem. */
const batchSize = 25;
const maxAttempts = 8;

type SeedOptions = {
  dynamodb: DynamoDBClient;
  secretsManager: SecretsManagerClient;
  tables: TableNames;
  secretId: string;
  /** `default` (models and sample agents), `none`, or the path of a file with rows. */
  seed: string;
  now?: Date;
};

/**
 * Fills the tables and the secret of the local stand-ins. Repeating an interrupted call adds what
 * is missing.
 * @throws PopulateError if a client's endpoint isn't loopback or the file is unusable
 */
export async function seed(options: SeedOptions): Promise<void> {
  const { dynamodb, secretsManager, tables, secretId, now = new Date() } = options;
  await assertLoopback(dynamodb);
  await assertLoopback(secretsManager);
  if (options.seed === "none") return addMissingKeys(secretsManager, secretId, {});
  if (options.seed === "default") {
    await populateModels({ dynamodb, table: tables.models, dryRun: false, now });
    await Promise.all(sampleAgents.map((row) => createAgent(dynamodb, tables.agents, row)));
  } else {
    await writeFileRows(dynamodb, tables, options.seed);
  }
  await addMissingKeys(secretsManager, secretId, sandboxKeys(now));
}

/** Sandbox keys and sample rows must not reach a real account. */
async function assertLoopback(client: DynamoDBClient | SecretsManagerClient): Promise<void> {
  const { hostname } = (await client.config.endpoint?.()) ?? {};
  if (hostname && ["127.0.0.1", "localhost", "::1", "[::1]"].includes(hostname)) return;
  throw new PopulateError(
    `Sample data is for the local stand-ins only, but the endpoint is ${hostname ?? "AWS"}.`,
  );
}

async function createAgent(dynamodb: DynamoDBClient, TableName: string, row: object) {
  const isMissing = "attribute_not_exists(agent_name)";
  const input = { TableName, Item: marshall(row), ConditionExpression: isMissing };
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
  let remaining = requests;
  for (let attempt = 0; remaining.length > 0; attempt++) {
    if (attempt === maxAttempts) {
      throw new PopulateError(`DynamoDB left ${remaining.length} rows of "${table}" unwritten.`);
    }
    if (attempt > 0) await wait(50 * 2 ** attempt);
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: remaining } });
    remaining = (await dynamodb.send(command)).UnprocessedItems?.[table] ?? [];
  }
}
