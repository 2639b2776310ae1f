import { mkdir } from "node:fs/promises";
import db from "dynalite/db/index.js";
import type { DynaliteStore, DynaliteTable, LevelOperation } from "./dynalite-types";
import { checkLevelFiles } from "./level-files";

const tablePrefix = "table~";
// Sorts after every character that a table name may contain.
const tableEnd = `${tablePrefix}\x7f`;

/**
 * Opens (or creates) the item store in a folder. Rejects with one sentence that names the folder
 * when another process has it open or when LevelDB cannot read it.
 */
export async function openLevelStore(folder: string, region: string): Promise<DynaliteStore> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await checkLevelFiles(folder).catch((error: unknown) => {
    throw openFailure(folder, error);
  });
  const store = db.create({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsRegion = region;
  store.tableDb.awsAccountId = "000000000000";
  try {
    await store.db.open();
    await readEverything(store);
    await finishTableChanges(store);
  } catch (error) {
    await store.db.close().catch(() => undefined);
    throw openFailure(folder, error);
  }
  return store;
}

/**
 * Writes several rows as one atomic batch. With `sync` it waits for the disk, not only for the
 * operating system, which is what an acknowledged write needs to survive SIGKILL.
 */
export async function writeBatch(
  store: DynaliteStore,
  operations: LevelOperation[],
  options: { sync: boolean },
): Promise<void> {
  if (operations.length === 0) return;
  // dynalite replaces batch() on the instance by one that drops the options.
  const level = Object.getPrototypeOf(store.db) as DynaliteStore["db"];
  await level.batch.call(store.db, operations, options);
}

/** Table names in order, after `start`, at most `limit`. */
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

/** Makes damage in a table file an error of the start instead of one of some later request. */
async function readEverything(store: DynaliteStore): Promise<void> {
  const iterator = store.db.iterator({});
  try {
    while ((await iterator.nextv(1000)).length > 0);
  } finally {
    await iterator.close();
  }
}

/** A process killed between the two steps of a table's creation or deletion leaves it half way. */
async function finishTableChanges(store: DynaliteStore): Promise<void> {
  for (const name of await tableNames(store)) {
    const table = (await store.db.get(`${tablePrefix}${name}`)) as DynaliteTable;
    if (table.TableStatus === "DELETING") await removeRowsOf(store, name);
    else if (table.TableStatus !== "ACTIVE") await writeBatch(store, [activated(table)], syncing);
  }
}

const syncing = { sync: true };

function activated(table: DynaliteTable): LevelOperation {
  const indexes = table.GlobalSecondaryIndexes?.map((each) => ({ ...each, IndexStatus: "ACTIVE" }));
  const value = {
    ...table,
    TableStatus: "ACTIVE",
    ...(indexes && { GlobalSecondaryIndexes: indexes }),
  };
  return { type: "put", key: `${tablePrefix}${table.TableName}`, value };
}

async function removeRowsOf(store: DynaliteStore, table: string): Promise<void> {
  const operations: LevelOperation[] = [{ type: "del", key: `${tablePrefix}${table}` }];
  const prefixes = ["item-", "tag-", "index-local~", "index-global~"];
  for (const prefix of prefixes.map((each) => `${each}${table}~`))
    for await (const key of store.db.keys({ gt: prefix, lt: `${prefix}\xff` }))
      operations.push({ type: "del", key });
  await writeBatch(store, operations, syncing);
}

function openFailure(folder: string, error: unknown): Error {
  const all = [error, error instanceof Error ? error.cause : null];
  const causes = all.filter((each) => each instanceof Error);
  const isLocked = causes.some((each) => "code" in each && each.code === "LEVEL_LOCKED");
  const reason = causes.map(({ message }) => message).filter(Boolean);
  return new Error(
    isLocked
      ? `The data folder ${folder} is in use by another process: stop the other Switchboard, or set DATA_DIR to another folder.`
      : `The data folder ${folder} cannot be read (${reason.at(-1)}): restore it from a copy, or set DATA_DIR to another folder.`,
    { cause: error },
  );
}
