import type { AwsService } from "../aws-service";
import type { JsonObject } from "../json";
import { Mutex } from "../mutex";
import type { OnStep } from "../steps";
import type { DynaliteStore } from "./dynalite-types";
import { execute, prepare } from "./engine";
import { type ItemOperation, returnsOldItem, stageItemWrite } from "./item-write";
import { batchGet, readPage } from "./large-reads";
import { writeBatch } from "./level-store";
import { RequestTokens } from "./request-tokens";
import { StagedWrites } from "./staged-writes";
import {
  createTable,
  deleteTable,
  describeContinuousBackups,
  describeTable,
  describeTimeToLive,
  listTables,
  updateContinuousBackups,
  updateTable,
  updateTimeToLive,
} from "./table-operations";
import { transactGet } from "./transact-get";
import { transactWrite } from "./transact-write";

/** Opens the local DynamoDB on an item store; closing it leaves the store open. */
export async function openDynamoDb(store: DynaliteStore, onStep: OnStep): Promise<AwsService> {
  const tokens = await RequestTokens.load(store);
  const run = (name: string, body: JsonObject): Promise<JsonObject> => {
    if (isItemWrite(name)) return writeItem(store, name, body, onStep);
    if (name === "TransactWriteItems") return transactWrite(store, tokens, body, onStep);
    const own = Object.hasOwn(ownOperations, name) ? ownOperations[name] : undefined;
    if (own) return own(store, body);
    const data = prepare(store, name, body);
    const work = () => execute(store, name, data);
    return tagWrites.has(name) ? store.guard.write(work) : work();
  };
  // One writer at a time. Each write is one atomic batch and each scan or query reads a snapshot,
  // so only operations that read several single items must exclude writers.
  const writers = new Mutex();
  return {
    targetPrefix: "DynamoDB_20120810.",
    contentType: "application/x-amz-json-1.0",
    handle: async (name, body) =>
      concurrentReads.has(name)
        ? store.guard.read(async () => run(name, body))
        : writers.run(async () => run(name, body)),
    close: () => writers.run(async () => undefined),
  };
}

/** dynalite writes these itself. */
const tagWrites = new Set(["TagResource", "UntagResource"]);

const concurrentReads = new Set([
  "DescribeTable",
  "GetItem",
  "ListTagsOfResource",
  "Query",
  "Scan",
]);

function isItemWrite(name: string): name is ItemOperation {
  return name === "PutItem" || name === "UpdateItem" || name === "DeleteItem";
}

/** Operations that dynalite lacks, or whose implementation there isn't atomic or fast enough. */
const ownOperations: Record<
  string,
  (store: DynaliteStore, body: JsonObject) => Promise<JsonObject>
> = {
  BatchGetItem: batchGet,
  BatchWriteItem: batchWrite,
  Query: (store, body) => readPage(store, "Query", body),
  Scan: (store, body) => readPage(store, "Scan", body),
  TransactGetItems: transactGet,
  CreateTable: createTable,
  UpdateTable: updateTable,
  DescribeTable: describeTable,
  DeleteTable: deleteTable,
  ListTables: listTables,
  UpdateTimeToLive: updateTimeToLive,
  DescribeTimeToLive: describeTimeToLive,
  UpdateContinuousBackups: updateContinuousBackups,
  DescribeContinuousBackups: describeContinuousBackups,
};

/** Writes an item and its index entries in one batch. */
async function writeItem(
  store: DynaliteStore,
  operation: ItemOperation,
  body: JsonObject,
  onStep: OnStep,
): Promise<JsonObject> {
  const staged = new StagedWrites(store);
  const data = prepare(store, operation, body);
  const reply = await stageItemWrite(staged, {
    operation,
    data,
    returnsOldItem: returnsOldItem(body),
  });
  await onStep("before the item is written");
  await writeBatch(store, staged.operations(), { sync: false });
  await onStep("after the item is written");
  return reply;
}

async function batchWrite(store: DynaliteStore, body: JsonObject): Promise<JsonObject> {
  const staged = new StagedWrites(store);
  const data = prepare(store, "BatchWriteItem", body);
  const reply = await execute(staged.store, "BatchWriteItem", data);
  await writeBatch(store, staged.operations(), { sync: false });
  return reply;
}
