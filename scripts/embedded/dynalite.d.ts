// dynalite ships no types. Declares only the modules that dynamodb/ uses. dynalite's HTTP handler
// isn't used: it requires a signature, throws on unusual input and hides its store.

declare module "dynalite/db/index.js" {
  import type {
    AttributeValue,
    DynaliteIndex,
    DynaliteStore,
    DynaliteTable,
    ExpressionNode,
    Item,
  } from "@/scripts/embedded/dynamodb/dynalite-types";

  interface StoreOptions {
    path: string;
    createTableMs: number;
    deleteTableMs: number;
    updateTableMs: number;
  }

  const db: {
    create(options: StoreOptions): DynaliteStore;
    /** `validateKey` and `validateItem` return the error instead of throwing it. */
    validateKey(key: Item, table: DynaliteTable): Error | null | undefined;
    validateItem(item: Item, table: DynaliteTable): Error | null | undefined;
    createKey(item: Item, table: DynaliteTable): string;
    createIndexKey(
      item: Item,
      table: DynaliteTable,
      keySchema: DynaliteIndex["KeySchema"] | undefined,
    ): string;
    getIndexActions(
      indexes: DynaliteIndex[],
      existing: Item | null,
      item: Item | null,
      table: DynaliteTable,
    ): {
      puts: { index: string; key: string; item: Item }[];
      deletes: { index: string; key: string }[];
    };
    updateIndexes(
      store: DynaliteStore,
      table: DynaliteTable,
      existing: Item | null,
      item: Item | null,
      done: (error?: Error | null) => void,
    ): void;
    mapPath(path: readonly (string | number)[], item: Item): AttributeValue | null | undefined;
    matchesExprFilter(item: Item, expression: ExpressionNode): boolean;
  };
  export default db;
}

declare module "dynalite/validations/index.js" {
  import type { DynaliteStore, OperationData } from "@/scripts/embedded/dynamodb/dynalite-types";

  const validations: {
    checkTypes(body: object, types: object): OperationData;
    checkValidations(
      data: OperationData,
      types: object,
      custom: unknown,
      store: DynaliteStore,
    ): void;
    toLowerFirst(name: string): string;
  };
  export default validations;
}
