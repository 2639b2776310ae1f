import db from "dynalite/db/index.js";
import type {
  DynaliteStore,
  DynaliteTable,
  Item,
  LevelOperation,
  PrefixedDb,
} from "./dynalite-types";

const itemPrefix = "item-";

/**
 * What dynalite's actions write, held back. They run against `store`, which reads through to the
 * real one; the rows and index entries they change become `operations()`, to be written as one
 * LevelDB batch. A batch is atomic even under SIGKILL, so an item, its index entries and every
 * other action of a transaction are there together or not at all.
 */
export class StagedWrites {
  readonly store: DynaliteStore;
  readonly #pending = new Map<string, unknown>();

  constructor(base: DynaliteStore) {
    this.store = Object.assign(Object.create(base) as DynaliteStore, {
      getItemDb: (table: string) => this.#view(`${itemPrefix}${table}`, base.getItemDb(table)),
      getIndexDb: (type: string, table: string, index: string) =>
        this.#view(
          `index-${type.toLowerCase()}~${table}~${index}`,
          base.getIndexDb(type, table, index),
        ),
    });
  }

  /** The item as it is now: staged if it was changed here, else stored; undefined if none. */
  read(table: DynaliteTable, key: Item): Promise<Item | undefined> {
    const view = this.store.getItemDb(table.TableName);
    return new Promise((resolve, reject) => {
      view.get(db.createKey(key, table), (error, item) =>
        // Guaranteed by dynalite: an item store holds nothing but items.
        error ? reject(error) : resolve(item as Item | undefined),
      );
    });
  }

  operations(): LevelOperation[] {
    return [...this.#pending].map(([key, value]) =>
      value === undefined ? { type: "del", key } : { type: "put", key, value },
    );
  }

  /** The size in bytes of all items written, by DynamoDB's rules. */
  itemBytes(): number {
    let bytes = 0;
    for (const [key, value] of this.#pending)
      if (value !== undefined && key.startsWith(itemPrefix)) bytes += db.itemSize(value as Item);
    return bytes;
  }

  #view(prefix: string, stored: PrefixedDb): PrefixedDb {
    const pending = this.#pending;
    const full = (key: string) => `${prefix}~${key}`;
    return {
      // Writers are already one at a time.
      lock: (_key, run) => run((done) => done),
      get: (key, done) =>
        pending.has(full(key))
          ? setImmediate(done, null, pending.get(full(key)))
          : stored.get(key, done),
      put: (key, value, done) => {
        pending.set(full(key), value);
        setImmediate(done, null);
      },
      del: (key, done) => {
        pending.set(full(key), undefined);
        setImmediate(done, null);
      },
    };
  }
}
