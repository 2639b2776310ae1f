import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient, ListTablesCommand, paginateScan } from "@aws-sdk/client-dynamodb";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { Environment } from "@/lib/env";
import { PopulateError } from "../populate/models";
import { writeSampleRunMetrics } from "../populate/run-metrics";
import { seedRuntime } from "../populate/runtime";
import type { Backfill } from "../populate/sample-calls";
import { type SampleHistory, writeSampleHistory } from "../populate/sample-history";
import { seed as writeSeed } from "../populate/seed";
import { createTables, createToolRegistry } from "../populate/tables";
import { writeSampleUsage } from "../populate/usage";
import { localCredentials, localRegion } from "./app-environment";
import { type DataFolder, damagedFolder } from "./data-folder";
import { LaunchError, reasonOf } from "./launch-error";

/**
 * Parses SEED: `default`, `none`, or the absolute path of a readable JSON file.
 * @throws LaunchError if the file can't be read or isn't JSON
 */
export function readSeed(value: string | undefined): string {
  if (!value || value === "default") return "default";
  if (value === "none") return value;
  const path = resolve(value);
  try {
    JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new LaunchError(
      `SEED names ${path}, which is not a readable JSON file (${reasonOf(error)}); use SEED=none for empty tables or leave it out for sample data.`,
    );
  }
  return path;
}

/** Clients of the stand-in, with fake credentials. */
function standInClients(endpoint: string) {
  const settings = { endpoint, region: localRegion, credentials: localCredentials };
  return {
    dynamodb: new DynamoDBClient(settings),
    secretsManager: new SecretsManagerClient(settings),
    cloudwatch: new CloudWatchClient(settings),
    sfn: new SFNClient(settings),
  };
}

/** Reads every row, so that damaged data fails at startup. */
async function assertReadable(folder: DataFolder, awsUrl: string): Promise<void> {
  const { dynamodb } = standInClients(awsUrl);
  try {
    const { TableNames: names = [] } = await dynamodb.send(new ListTablesCommand({}));
    if (names.length === 0) throw new Error("its tables are gone");
    for (const TableName of names) {
      for await (const _page of paginateScan({ client: dynamodb }, { TableName }));
    }
  } catch (error) {
    throw damagedFolder(folder.path, reasonOf(error));
  } finally {
    dynamodb.destroy();
  }
}

type Population = {
  folder: DataFolder;
  awsUrl: string;
  /** The stand-in's operation for metric data of any age. */
  backfill: Backfill;
  /** The stand-ins' operations for runs of any age. */
  past: Pick<SampleHistory, "runInPast" | "copyInPast" | "withRetiredModels">;
  configured: Environment;
  /** From `readSeed`. */
  seed: string;
};

async function fill({ awsUrl, backfill, past, configured, seed }: Population): Promise<void> {
  const clients = standInClients(awsUrl);
  const tables = {
    models: configured.LLM_MODELS_TABLE,
    agents: configured.AGENT_REGISTRY_TABLE,
    management: configured.MODEL_MANAGEMENT_TABLE,
  };
  try {
    await createTables({ dynamodb: clients.dynamodb, envName: configured.ENV_NAME, tables });
    const tools = configured.TOOL_REGISTRY_TABLE;
    await createToolRegistry(clients.dynamodb, tools);
    const secretId = configured.LLM_SECRET_ID;
    await writeSeed({ ...clients, tables, secretId, seed });
    const environment = configured.ENV_NAME;
    await seedRuntime({
      ...clients,
      environment,
      tables: { ...tables, tools },
      secretId,
      seed,
    });
    if (seed === "default") {
      const samples = { ...clients, backfill, now: new Date() };
      await writeSampleUsage({ ...samples, table: tables.management });
      await writeSampleRunMetrics(samples);
      await writeSampleHistory({ ...samples, ...past, tables });
    }
  } catch (error) {
    throw error instanceof PopulateError ? new LaunchError(error.message) : error;
  } finally {
    clients.dynamodb.destroy();
    clients.secretsManager.destroy();
    clients.cloudwatch.destroy();
    clients.sfn.destroy();
  }
}

/** Data of an earlier release has no ToolRegistry. */
async function addToolRegistry({ awsUrl, configured }: Population): Promise<void> {
  const { dynamodb } = standInClients(awsUrl);
  try {
    await createToolRegistry(dynamodb, configured.TOOL_REGISTRY_TABLE);
  } finally {
    dynamodb.destroy();
  }
}

/**
 * Populates an empty data folder or completes an interrupted population. Doesn't change a populated
 * folder.
 * @throws LaunchError if the folder's data can't be read or SEED's rows can't be written
 */
export async function populate(population: Population): Promise<void> {
  const { folder, seed } = population;
  if (folder.isPopulated) {
    console.log("  Data: as it was left");
    await assertReadable(folder, population.awsUrl);
    return addToolRegistry(population);
  }
  console.log(`  Data: populating, SEED=${seed}`);
  await fill(population);
  folder.finishPopulation(seed);
}
