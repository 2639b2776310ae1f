import { mkdir } from "node:fs/promises";
import { Readable } from "node:stream";
import db from "dynalite/db/index.js";
import type { DynaliteStore, DynaliteTable, LevelDb, LevelOperation } from "./dynalite-types";
import { fullIndexEntries } from "./index-keys";
import { checkLevelFiles } from "./level-files";
import { WriteGuard } from "./write-guard";

export const tablePrefix = "table~";
// Sorts after every character that a table name may contain.
const tableEnd = `${tablePrefix}\x7f`;

/**
 * Opens (or creates) the item store in a folder. Rejects with a sentence that names the folder if
 * another process has it open or LevelDB can't read it.
 */
export async function openLevelStore(
  folder: string,
  region: string,
  reservedDiskBytes?: number,
): Promise<DynaliteStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await checkLevelFiles(folder).catch((error: unknown) => {
    throw openFailure(folder, error);
  });
  const store = db.create({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  closeIterators(store.db);
  store.guard = new WriteGuard(store.db, folder, reservedDiskBytes);
  store.tableDb.awsRegion = region;
  store.tableDb.awsAccountId = "000000000000";
  try {
    await store.db.open();
    await readAllRows(store);
    await finishTableChanges(store);
    await completeIndexes(store);
  } catch (error) {
    await store.db.close().catch(() => undefined);
    throw openFailure(folder, error);
  }
  return store;
}

/**
 * dynalite 4 never closes the iterators of its queries and scans, and each retains the rows that it
 * prefetched and LevelDB's snapshot. A stream of an async iterator closes the iterator at its end.
 */
function closeIterators(level: LevelDb): void {
  level.createKeyStream = (range) => Readable.from(level.keys(range));
  level.createValueStream = (range) => Readable.from(level.values(range));
}

/**
 * Writes rows as one atomic batch. `sync` waits for the disk, not only the operating system.
 * Throws DiskFullException.
 */
export async function writeBatch(
  store: DynaliteStore,
  operations: LevelOperation[],
  options: { sync: boolean },
): Promise<void> {
  if (operations.length === 0) return;
  // dynalite overrides batch() on the instance and drops the options.
  const level = Object.getPrototypeOf(store.db) as DynaliteStore["db"];
  await store.guard.write(() => level.batch.call(store.db, operations, options));
}

/** Up to `limit` table names after `start`, in order. */
export async function tableNames(
  store: DynaliteStore,
  start = "",
  limit?: number,
): Promise<string[]> {
  const names: string[] = [];
  const range = { gt: `${tablePrefix}${start}`, lt: tableEnd, limit: limit ?? -1 };
  for await (const key of store.db.keys(range)) names.push(key.slice(tablePrefix.length));
  return names;
}

/** Reads every row, so that a damaged table file fails the start instead of a later request. */
async function readAllRows(store: DynaliteStore): Promise<void> {
  const iterator = store.db.iterator({});
  try {
    while ((await iterator.nextv(1000)).length > 0);
  } finally {
    await iterator.close();
  }
}

/** Completes a creation or deletion that a killed process left between its two steps. */
async function finishTableChanges(store: DynaliteStore): Promise<void> {
  for (const name of await tableNames(store)) {
    const table = (await store.db.get(`${tablePrefix}${name}`)) as DynaliteTable;
    if (table.TableStatus === "DELETING") await deleteTableRows(store, name);
    else if (table.TableStatus !== "ACTIVE") await writeBatch(store, [activation(table)], durable);
  }
}

/** Earlier versions could omit items from an index. */
async function completeIndexes(store: DynaliteStore): Promise<void> {
  for (const name of await tableNames(store)) {
    const table = (await store.db.get(`${tablePrefix}${name}`)) as DynaliteTable;
    await writeBatch(store, await fullIndexEntries(store, table), durable);
  }
}

const durable = { sync: true };

function activation(table: DynaliteTable): LevelOperation {
  const indexes = table.GlobalSecondaryIndexes?.map((index) => ({
    ...index,
    IndexStatus: "ACTIVE",
  }));
  const value = {
    ...table,
    TableStatus: "ACTIVE",
    ...(indexes && { GlobalSecondaryIndexes: indexes }),
  };
  return { type: "put", key: `${tablePrefix}${table.TableName}`, value };
}

async function deleteTableRows(store: DynaliteStore, table: string): Promise<void> {
  const operations: LevelOperation[] = [{ type: "del", key: `${tablePrefix}${table}` }];
  const prefixes = ["item-", "tag-", "index-local~", "index-global~"];
  for (const prefix of prefixes.map((kind) => `${kind}${table}~`))
    for await (const key of store.db.keys({ gt: prefix, lt: `${prefix}\xff` }))
      operations.push({ type: "del", key });
  await writeBatch(store, operations, durable);
}

function openFailure(folder: string, error: unknown): Error {
  const chain = [error, error instanceof Error ? error.cause : null];
  const causes = chain.filter((cause) => cause instanceof Error);
  const isLocked = causes.some((cause) => "code" in cause && cause.code === "LEVEL_LOCKED");
  const reasons = causes.map(({ message }) => message).filter(Boolean);
  return new Error(
    isLocked
      ? `The data folder ${folder} is in use by another process: stop the other Switchboard, or set DATA_DIR to another folder.`
      : `The data folder ${folder} cannot be read (${reasons.at(-1)}): restore it from a copy, or set DATA_DIR to another folder.`,
    { cause: error },
  );
}
