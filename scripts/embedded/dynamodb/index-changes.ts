import { z } from "zod";
import { type JsonObject, listOf } from "../json";
import { validationMessage } from "../validation";
import type { DynaliteIndex, DynaliteStore, DynaliteTable, LevelOperation } from "./dynalite-types";
import { dynamoError, validationError } from "./errors";
import { entriesOf, entryPrefix } from "./index-keys";
import { getTable } from "./item-write";
import { tablePrefix, writeBatch } from "./level-store";

const IndexName = z
  .string()
  .min(3)
  .max(255)
  .regex(/^[a-zA-Z0-9_.-]+$/);
const Create = z.object({
  IndexName,
  KeySchema: z
    .array(z.object({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }))
    .min(1)
    .max(2),
  Projection: z.object({
    ProjectionType: z.enum(["ALL", "INCLUDE", "KEYS_ONLY"]),
    NonKeyAttributes: z.array(z.string()).min(1).optional(),
  }),
  ProvisionedThroughput: z
    .object({ ReadCapacityUnits: z.int().min(1), WriteCapacityUnits: z.int().min(1) })
    .optional(),
});
const Definition = z.object({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) });
const Changes = z.object({
  AttributeDefinitions: z.array(Definition).default([]),
  GlobalSecondaryIndexUpdates: z.array(
    z.object({ Create: Create.optional(), Delete: z.object({ IndexName }).optional() }),
  ),
});

/**
 * Creates or deletes one global secondary index of UpdateTable, which dynalite ignores. The index
 * has the existing items when the call resolves.
 */
export async function changeIndexes(
  store: DynaliteStore,
  name: string,
  body: JsonObject,
): Promise<JsonObject> {
  const parsed = Changes.safeParse(body);
  if (!parsed.success) throw validationError(validationMessage(parsed.error, body));
  const { AttributeDefinitions, GlobalSecondaryIndexUpdates } = parsed.data;
  const [change, ...more] = GlobalSecondaryIndexUpdates;
  if (!change || more.length > 0 || (change.Create && change.Delete))
    throw dynamoError(
      "LimitExceededException",
      "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
    );
  const table = await getTable(store, name, false);
  const changed = change.Create
    ? withIndex(store, table, change.Create, AttributeDefinitions)
    : withoutIndex(table, change.Delete?.IndexName ?? "");
  const created = changed.GlobalSecondaryIndexes?.find(
    ({ IndexName }) => IndexName === change.Create?.IndexName,
  );
  const operations = created
    ? await entriesOf(store, changed, created)
    : await entryDeletions(store, name, change.Delete?.IndexName ?? "");
  const put = { type: "put" as const, key: `${tablePrefix}${name}`, value: changed };
  await writeBatch(store, [...operations, put], { sync: false });
  return { TableDescription: changed };
}

function withIndex(
  { tableDb }: DynaliteStore,
  table: DynaliteTable,
  create: z.infer<typeof Create>,
  definitions: z.infer<typeof Definition>[],
): DynaliteTable {
  const indexes = table.GlobalSecondaryIndexes ?? [];
  if (indexes.some((index) => index.IndexName === create.IndexName))
    throw validationError("Attempting to create an index which already exists");
  const allDefinitions = [...table.AttributeDefinitions, ...definitions];
  const keys = create.KeySchema.map(({ AttributeName }) => AttributeName);
  const names = allDefinitions.map(({ AttributeName }) => AttributeName);
  if (!keys.every((key) => names.includes(key)))
    throw validationError(
      `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${keys.join(", ")}], AttributeDefinitions: [${names.join(", ")}]`,
    );
  const index: DynaliteIndex = {
    ...create,
    IndexStatus: "ACTIVE",
    IndexArn: `arn:aws:dynamodb:${tableDb.awsRegion}:${tableDb.awsAccountId}:table/${table.TableName}/index/${create.IndexName}`,
    IndexSizeBytes: 0,
    ItemCount: 0,
    ProvisionedThroughput: {
      ReadCapacityUnits: 0,
      WriteCapacityUnits: 0,
      ...create.ProvisionedThroughput,
      NumberOfDecreasesToday: 0,
    },
  };
  return withUsedAttributes(
    { ...table, GlobalSecondaryIndexes: [...indexes, index] },
    allDefinitions,
  );
}

function withoutIndex(table: DynaliteTable, name: string): DynaliteTable {
  const indexes = table.GlobalSecondaryIndexes ?? [];
  const remaining = indexes.filter(({ IndexName }) => IndexName !== name);
  if (remaining.length === indexes.length)
    throw dynamoError("ResourceNotFoundException", "Requested resource not found");
  const { GlobalSecondaryIndexes, ...rest } = table;
  const changed = remaining.length > 0 ? { ...rest, GlobalSecondaryIndexes: remaining } : rest;
  return withUsedAttributes(changed, table.AttributeDefinitions);
}

/** Only key attributes may be defined. */
function withUsedAttributes(
  table: DynaliteTable,
  definitions: DynaliteTable["AttributeDefinitions"],
): DynaliteTable {
  const schemas = [
    table.KeySchema,
    ...listOf(table.LocalSecondaryIndexes).map((index) => (index as DynaliteIndex).KeySchema),
    ...(table.GlobalSecondaryIndexes ?? []).map((index) => index.KeySchema),
  ];
  const used = new Set(schemas.flat().map(({ AttributeName }) => AttributeName));
  const types = new Map(definitions.map((entry) => [entry.AttributeName, entry.AttributeType]));
  const AttributeDefinitions = [...types]
    .filter(([name]) => used.has(name))
    .map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
  return { ...table, AttributeDefinitions };
}

async function entryDeletions(
  store: DynaliteStore,
  table: string,
  indexName: string,
): Promise<LevelOperation[]> {
  const prefix = entryPrefix(table, indexName);
  const operations: LevelOperation[] = [];
  for await (const key of store.db.keys({ gt: prefix, lt: `${prefix}\xff` }))
    operations.push({ type: "del", key });
  return operations;
}
