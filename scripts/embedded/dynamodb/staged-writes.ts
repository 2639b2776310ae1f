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
 * Buffers the writes of dynalite's actions. They run against `store`, which reads through to the
 * real store; `operations()` then returns the changed rows and index entries for one LevelDB batch,
 * which is atomic even under SIGKILL.
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

  /** The staged item if it was changed here, else the stored one; undefined if there is none. */
  read(table: DynaliteTable, key: Item): Promise<Item | undefined> {
    const view = this.store.getItemDb(table.TableName);
    return new Promise((resolve, reject) => {
      view.get(db.createKey(key, table), (error, item) =>
        // dynalite's item stores hold only items.
        error ? reject(error) : resolve(item as Item | undefined),
      );
    });
  }

  operations(): LevelOperation[] {
    return [...this.#pending].map(([key, value]) =>
      value === undefined ? { type: "del", key } : { type: "put", key, value },
    );
  }

  /** The items that are to be written. */
  items(): Item[] {
    return [...this.#pending].flatMap(([key, value]) =>
      // dynalite's item stores hold only items.
      value !== undefined && key.startsWith(itemPrefix) ? [value as Item] : [],
    );
  }

  #view(prefix: string, stored: PrefixedDb): PrefixedDb {
    const pending = this.#pending;
    const fullKey = (key: string) => `${prefix}~${key}`;
    return {
      // The service already serializes writers.
      lock: (_key, run) => run((done) => done),
      get: (key, done) =>
        pending.has(fullKey(key))
          ? setImmediate(done, null, pending.get(fullKey(key)))
          : stored.get(key, done),
      put: (key, value, done) => {
        pending.set(fullKey(key), value);
        setImmediate(done, null);
      },
      del: (key, done) => {
        pending.set(fullKey(key), undefined);
        setImmediate(done, null);
      },
    };
  }
}
