import type { Readable } from "node:stream";
import type { WriteGuard } from "./write-guard";

/** An attribute as stored and sent: `{ S: "x" }`, `{ M: { … } }`, … */
export type AttributeValue = Record<string, unknown>;
export type Item = Record<string, AttributeValue>;

export interface DynaliteTable {
  TableName: string;
  TableStatus: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  AttributeDefinitions: { AttributeName: string; AttributeType: string }[];
  LocalSecondaryIndexes?: DynaliteIndex[];
  GlobalSecondaryIndexes?: DynaliteIndex[];
}

export interface DynaliteIndex {
  IndexName: string;
  KeySchema: { AttributeName: string; KeyType: string }[];
  IndexStatus: string;
  [field: string]: unknown;
}

/** A parsed condition. Operands are paths (arrays), literals (`{ S: "x" }`) or functions. */
export interface ExpressionNode {
  type: string;
  name?: string;
  args: unknown[];
}

/** A request body that dynalite has checked, with its parsed expressions. */
export interface OperationData {
  TableName: string;
  Key?: Item;
  Item?: Item;
  _condition?: { expression: ExpressionNode };
  [field: string]: unknown;
}

type Done<T = unknown> = (error?: Error | null, value?: T) => void;

export interface PrefixedDb {
  lock(key: string, run: (release: (done: Done) => Done) => void): void;
  get(key: string, done: Done<unknown>): void;
  put(key: string, value: unknown, done: Done): void;
  del(key: string, done: Done): void;
}

export type LevelOperation =
  | { type: "put"; key: string; value: unknown }
  | { type: "del"; key: string };

export interface KeyRange {
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  limit?: number;
}

interface LevelIterator extends AsyncIterable<[string, unknown]> {
  /** Up to `size` entries; an empty list at the end. */
  nextv(size: number): Promise<[string, unknown][]>;
  close(): Promise<void>;
}

export interface LevelDb {
  open(): Promise<void>;
  close(): Promise<void>;
  get(key: string): Promise<unknown>;
  batch(operations: LevelOperation[], options?: { sync: boolean }): Promise<void>;
  keys(range: KeyRange): AsyncIterable<string>;
  values(range: KeyRange): AsyncIterable<unknown>;
  iterator(range: KeyRange): LevelIterator;
  /** dynalite's own; reverse ranges as well. */
  createKeyStream(range: KeyRange): Readable;
  createValueStream(range: KeyRange): Readable;
}

export interface DynaliteStore {
  /** Ours. Every write goes through it. */
  guard: WriteGuard;
  /** `maxItemSize` in bytes. */
  options: { maxItemSize: number };
  db: LevelDb;
  tableDb: PrefixedDb & { awsAccountId: string; awsRegion: string };
  getItemDb(table: string): PrefixedDb;
  getIndexDb(indexType: string, table: string, index: string): PrefixedDb;
  getTable(name: string, checkStatus: boolean, done: Done<DynaliteTable>): void;
}
