import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AttributeValue,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { startEmbeddedAws } from "../../scripts/embedded/server";
import { tableNames } from "../../scripts/populate/tables";

type Item = Record<string, AttributeValue>;

/** The local AWS endpoint on a new folder; tests create their own tables and secrets. */
export async function openEmbeddedStore() {
  const folder = await mkdtemp(join(tmpdir(), "switchboard-"));
  const aws = await startEmbeddedAws({ port: 0, dataDir: join(folder, "data") });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const settings = { endpoint: aws.url, region: "eu-west-1", credentials };
  const dynamodb = new DynamoDBClient(settings);
  const secretsManager = new SecretsManagerClient(settings);
  let environments = 0;

  return {
    aws,
    url: aws.url,
    folder,
    dynamodb,
    secretsManager,
    /** Names unique to a test. */
    newEnvironment() {
      const envName = `t${++environments}`;
      const secretId = `/ai-agent/llm-secrets/${envName}`;
      return { envName, tables: tableNames(envName), secretId };
    },
    async scan(TableName: string): Promise<Item[]> {
      const command = new ScanCommand({ TableName, ConsistentRead: true });
      return (await dynamodb.send(command)).Items ?? [];
    },
    async put(TableName: string, item: Item): Promise<void> {
      await dynamodb.send(new PutItemCommand({ TableName, Item: item }));
    },
    async close(): Promise<void> {
      dynamodb.destroy();
      secretsManager.destroy();
      await aws.stop();
      await rm(folder, { recursive: true });
    },
  };
}

export type EmbeddedStore = Awaited<ReturnType<typeof openEmbeddedStore>>;
