import db from "dynalite/db/index.js";
import type { DynaliteStore, DynaliteTable, Item, LevelOperation } from "./dynalite-types";

// dynalite distinguishes the entries of one index value by six digits of a hash, so among thousands
// of items two may share an entry. These replacements add the item's complete key.

const shortIndexKey = db.createIndexKey;
const shortIndexActions = db.getIndexActions;

db.createIndexKey = (item, table, keySchema) =>
  `${shortIndexKey(item, table, keySchema)}/${db.createKey(item, table)}`;

db.getIndexActions = (indexes, existing, item, table) => {
  const keyOf = (entry: Item, name: string) => {
    const schema = indexes.find(({ IndexName }) => IndexName === name)?.KeySchema;
    return db.createIndexKey(entry, table, schema);
  };
  // The keys of an item never change, so only another index value moves its entry.
  const { puts, deletes } = shortIndexActions(indexes, existing, item, table);
  return {
    puts: puts.map((put) => ({ ...put, key: keyOf(put.item, put.index) })),
    deletes: deletes.map(({ index }) => ({ index, key: keyOf(existing ?? {}, index) })),
  };
};

const indexTypes = ["Local", "Global"] as const;

db.updateIndexes = (store, table, existing, item, done) => {
  const writes: ((written: (error?: Error | null) => void) => void)[] = [];
  for (const type of indexTypes) {
    const indexes = table[`${type}SecondaryIndexes`] ?? [];
    const { puts, deletes } = db.getIndexActions(indexes, existing, item, table);
    const indexDb = (name: string) => store.getIndexDb(type, table.TableName, name);
    for (const { index, key } of deletes)
      writes.push((written) => indexDb(index).del(key, written));
    for (const { index, key, item: value } of puts)
      writes.push((written) => indexDb(index).put(key, value, written));
  }
  const next = (error?: Error | null) => {
    const write = writes.shift();
    if (error || !write) done(error ?? null);
    else write(next);
  };
  next();
};

export const entryPrefix = (table: string, index: string, type = "Global") =>
  `index-${type.toLowerCase()}~${table}~${index}~`;

/**
 * The rows that complete the indexes of a table from an earlier version with short keys; empty for
 * other tables.
 */
export async function fullIndexEntries(
  store: DynaliteStore,
  table: DynaliteTable,
): Promise<LevelOperation[]> {
  const indexes = indexTypes.flatMap((type) =>
    (table[`${type}SecondaryIndexes`] ?? []).map((index) => ({
      index,
      prefix: entryPrefix(table.TableName, index.IndexName, type),
    })),
  );
  const deletions: LevelOperation[] = [];
  let isShort = false;
  for (const { prefix } of indexes) {
    for await (const key of store.db.keys({ gt: prefix, lt: `${prefix}\xff` })) {
      isShort ||= !key.endsWith("/");
      deletions.push({ type: "del", key });
    }
  }
  if (!isShort) return [];
  const puts: LevelOperation[] = [];
  for (const { index, prefix } of indexes)
    puts.push(...(await entriesOf(store, table, index, prefix)));
  return [...deletions, ...puts];
}

/** The entries of all items of a table in one index. */
export async function entriesOf(
  store: DynaliteStore,
  table: DynaliteTable,
  index: NonNullable<DynaliteTable["GlobalSecondaryIndexes"]>[number],
  prefix = entryPrefix(table.TableName, index.IndexName),
): Promise<LevelOperation[]> {
  const items = `item-${table.TableName}~`;
  const operations: LevelOperation[] = [];
  for await (const [, item] of store.db.iterator({ gt: items, lt: `${items}\xff` })) {
    // dynalite's item stores hold only items.
    const { puts } = db.getIndexActions([index], null, item as Item, table);
    for (const { key, item: value } of puts)
      operations.push({ type: "put", key: prefix + key, value });
  }
  return operations;
}
