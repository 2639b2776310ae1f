import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import definitions from "@/lib/setup/tables.json";

type TableKind = keyof typeof definitions;
export type TableNames = Record<TableKind, string>;

const kinds = ["models", "agents", "management"] as const satisfies readonly TableKind[];
/** Seconds. */
const longestWait = 120;

/** The names that follow an environment's name: LLMModels-prod and so on. */
export function tableNames(envName: string): TableNames {
  return {
    models: `${definitions.models.TableName}-${envName}`,
    agents: `${definitions.agents.TableName}-${envName}`,
    management: `${definitions.management.TableName}-${envName}`,
  };
}

/** The CreateTable input of one of the tables. */
function tableInput(kind: TableKind, TableName: string): CreateTableCommandInput {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = definitions[kind];
  // JSON holds the API's own key and attribute types, as plain strings to the compiler.
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions,
    KeySchema,
    GlobalSecondaryIndexes,
  } as CreateTableCommandInput;
}

type CreateTables = {
  dynamodb: DynamoDBClient;
  envName: string;
  /** Where the configured names differ from those of the environment. */
  tables?: TableNames;
};

/**
 * Creates those of the three tables that are missing and waits until all can be used.
 * @returns the names of the tables it created.
 */
export async function createTables({
  dynamodb,
  envName,
  tables = tableNames(envName),
}: CreateTables): Promise<string[]> {
  const created = await Promise.all(
    kinds.map(async (kind) => {
      const isNew = await createTable(dynamodb, tableInput(kind, tables[kind]));
      const waiter = { client: dynamodb, maxWaitTime: longestWait, minDelay: 1, maxDelay: 2 };
      await waitUntilTableExists(waiter, { TableName: tables[kind] });
      return isNew ? [tables[kind]] : [];
    }),
  );
  return created.flat();
}

async function createTable(dynamodb: DynamoDBClient, input: CreateTableCommandInput) {
  try {
    await dynamodb.send(new CreateTableCommand(input));
    return true;
  } catch (error) {
    if (error instanceof ResourceInUseException) return false;
    throw error;
  }
}
