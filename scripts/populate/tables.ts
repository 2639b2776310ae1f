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
const maxWaitSeconds = 120;

/** The table names of an environment, such as LLMModels-prod. */
export function tableNames(envName: string): TableNames {
  return {
    models: `${definitions.models.TableName}-${envName}`,
    agents: `${definitions.agents.TableName}-${envName}`,
    management: `${definitions.management.TableName}-${envName}`,
  };
}

/** The CreateTable input of one of the tables. */
export function tableInput(kind: TableKind, TableName: string): CreateTableCommandInput {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = definitions[kind];
  // tables.json has the API's key and attribute types, which the compiler sees as strings.
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
  /** Names that differ from the environment's. */
  tables?: TableNames;
};

/**
 * Creates missing tables and waits until all three are active.
 * @returns the names of the created tables
 */
export async function createTables({
  dynamodb,
  envName,
  tables = tableNames(envName),
}: CreateTables): Promise<string[]> {
  const created = await Promise.all(
    kinds.map(async (kind) => {
      const isNew = await createTable(dynamodb, tableInput(kind, tables[kind]));
      const waiter = { client: dynamodb, maxWaitTime: maxWaitSeconds, minDelay: 1, maxDelay: 2 };
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

/** Creates ToolRegistry unless it exists; the app only reads it. */
export async function createToolRegistry(
  dynamodb: DynamoDBClient,
  TableName: string,
): Promise<void> {
  await createTable(dynamodb, {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "tool_name", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "tool_name", KeyType: "HASH" }],
  });
  await waitUntilTableExists({ client: dynamodb, maxWaitTime: maxWaitSeconds }, { TableName });
}
