import { setTimeout as delay } from "node:timers/promises";
import { AwsError } from "../aws-error";
import { type JsonObject, listOf, objectOf } from "../json";
import type { DynaliteStore } from "./dynalite-types";
import { execute, prepare } from "./engine";
import { dynamoError, memberError, validationError } from "./errors";
import { changeIndexes } from "./index-changes";
import { getTable } from "./item-write";
import { tableNames, writeBatch } from "./level-store";

type TableOperation = (store: DynaliteStore, body: JsonObject) => Promise<JsonObject>;

/** CreateTable; resolves once the table is ACTIVE. */
export const createTable: TableOperation = async (store, body) => {
  const isProtected = protectionOf(body);
  const reply = await changeTable(store, "CreateTable", body);
  if (isProtected) await writeProtection(store, String(body.TableName), true);
  return withProtection(reply, isProtected ?? false);
};

/** UpdateTable; resolves once the table is ACTIVE again. */
export const updateTable: TableOperation = async (store, body) => {
  const isProtected = protectionOf(body);
  const indexUpdates = listOf(body.GlobalSecondaryIndexUpdates).map(objectOf);
  const isIndexChange = indexUpdates.some(({ Create, Delete }) => Create || Delete);
  const { DeletionProtectionEnabled, ...rest } = body;
  const table = await requireTableName(store, body);
  let reply: JsonObject | null = null;
  if (isIndexChange) reply = await changeIndexes(store, table, body);
  else if (isProtected === undefined || Object.keys(rest).length > 1)
    reply = await changeTable(store, "UpdateTable", rest);
  if (isProtected !== undefined) await writeProtection(store, table, isProtected);
  const TableDescription = reply?.TableDescription ?? (await getTable(store, table, false));
  return withProtection({ TableDescription }, await readProtection(store, table));
};

/** DescribeTable. */
export const describeTable: TableOperation = async (store, body) => {
  const data = prepare(store, "DescribeTable", body);
  const { Table } = await execute(store, "DescribeTable", data);
  const DeletionProtectionEnabled = await readProtection(store, data.TableName);
  return { Table: { ...objectOf(Table), DeletionProtectionEnabled } };
};

function protectionOf({ DeletionProtectionEnabled: value }: JsonObject): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  throw dynamoError("SerializationException", "DeletionProtectionEnabled must be a boolean.");
}

function withProtection({ TableDescription }: JsonObject, isProtected: boolean): JsonObject {
  return {
    TableDescription: {
      ...objectOf(TableDescription),
      DeletionProtectionEnabled: isProtected,
    },
  };
}

async function readProtection(store: DynaliteStore, table: string): Promise<boolean> {
  return (await store.db.get(settingKey("protection", table))) === true;
}

function writeProtection(store: DynaliteStore, table: string, value: boolean): Promise<void> {
  const key = settingKey("protection", table);
  return writeBatch(store, [value ? { type: "put", key, value } : { type: "del", key }], unsynced);
}

/** DeleteTable; resolves once the table is deleted. */
export const deleteTable: TableOperation = async (store, body) => {
  if (await readProtection(store, String(body.TableName)))
    throw validationError(
      "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    );
  const reply = await changeTable(store, "DeleteTable", body);
  await writeBatch(store, settingDeletions(String(body.TableName)), unsynced);
  return reply;
};

async function changeTable(
  store: DynaliteStore,
  operation: string,
  body: JsonObject,
): Promise<JsonObject> {
  const data = prepare(store, operation, body);
  // dynalite mutates its reply when the change completes.
  const reply = structuredClone(await store.guard.write(() => execute(store, operation, data)));
  while (!(await isSettled(store, data.TableName))) await delay(2);
  return reply;
}

async function isSettled(store: DynaliteStore, name: string): Promise<boolean> {
  try {
    return (await getTable(store, name, false)).TableStatus === "ACTIVE";
  } catch (error) {
    if (error instanceof AwsError) return true;
    throw error;
  }
}

/** ListTables. dynalite's own implementation reads every item of every table. */
export async function listTables(store: DynaliteStore, body: JsonObject): Promise<JsonObject> {
  const limit = body.Limit ?? 100;
  if (typeof limit !== "number" || limit < 1)
    throw memberError("limit", limit, "have value greater than or equal to 1");
  if (limit > 100) throw memberError("limit", limit, "have value less than or equal to 100");
  const start = body.ExclusiveStartTableName;
  const names = await tableNames(store, typeof start === "string" ? start : "", limit + 1);
  const TableNames = names.slice(0, limit);
  if (names.length <= limit) return { TableNames };
  return { TableNames, LastEvaluatedTableName: TableNames.at(-1) };
}

const unsynced = { sync: false };
const settings = ["time-to-live", "backups", "protection"] as const;
const settingKey = (kind: (typeof settings)[number], table: string) =>
  `switchboard~${kind}~${table}`;

function settingDeletions(table: string) {
  return settings.map((kind) => ({
    type: "del" as const,
    key: settingKey(kind, table),
  }));
}

/** Reads and checks `TableName`; rejects with ResourceNotFoundException if the table doesn't exist. */
async function requireTableName(store: DynaliteStore, body: JsonObject): Promise<string> {
  if (typeof body.TableName !== "string")
    throw memberError("tableName", body.TableName, "not be null");
  return (await getTable(store, body.TableName, false)).TableName;
}

/** UpdateTimeToLive. Stores the setting; items never expire here. */
export async function updateTimeToLive(
  store: DynaliteStore,
  body: JsonObject,
): Promise<JsonObject> {
  const table = await requireTableName(store, body);
  const setting = body.TimeToLiveSpecification as { Enabled?: boolean; AttributeName?: string };
  if (typeof setting?.Enabled !== "boolean" || typeof setting.AttributeName !== "string")
    throw memberError("timeToLiveSpecification", setting && "{…}", "not be null");
  const key = settingKey("time-to-live", table);
  const isEnabled = (await store.db.get(key)) !== undefined;
  if (isEnabled === setting.Enabled)
    throw validationError(`TimeToLive is already ${isEnabled ? "enabled" : "disabled"}`);
  await writeBatch(
    store,
    [setting.Enabled ? { type: "put", key, value: setting.AttributeName } : { type: "del", key }],
    unsynced,
  );
  return { TimeToLiveSpecification: setting };
}

/** DescribeTimeToLive. */
export async function describeTimeToLive(
  store: DynaliteStore,
  body: JsonObject,
): Promise<JsonObject> {
  const AttributeName = await store.db.get(
    settingKey("time-to-live", await requireTableName(store, body)),
  );
  return {
    TimeToLiveDescription:
      AttributeName === undefined
        ? { TimeToLiveStatus: "DISABLED" }
        : { TimeToLiveStatus: "ENABLED", AttributeName },
  };
}

/** UpdateContinuousBackups. Stores the setting; no backups are made. */
export async function updateContinuousBackups(
  store: DynaliteStore,
  body: JsonObject,
): Promise<JsonObject> {
  const key = settingKey("backups", await requireTableName(store, body));
  const setting = body.PointInTimeRecoverySpecification as
    | { PointInTimeRecoveryEnabled?: boolean }
    | undefined;
  if (typeof setting?.PointInTimeRecoveryEnabled !== "boolean")
    throw memberError("pointInTimeRecoverySpecification", undefined, "not be null");
  const isEnabled = setting.PointInTimeRecoveryEnabled;
  await writeBatch(
    store,
    [isEnabled ? { type: "put", key, value: true } : { type: "del", key }],
    unsynced,
  );
  return describeContinuousBackups(store, body);
}

/** DescribeContinuousBackups. */
export async function describeContinuousBackups(
  store: DynaliteStore,
  body: JsonObject,
): Promise<JsonObject> {
  const isEnabled = await store.db.get(settingKey("backups", await requireTableName(store, body)));
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: "ENABLED",
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: isEnabled ? "ENABLED" : "DISABLED",
      },
    },
  };
}
