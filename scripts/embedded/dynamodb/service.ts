import type { AwsService } from "../aws-service";
import type { JsonObject } from "../json-object";
import { Mutex } from "../mutex";
import type { OnStep } from "../steps";
import type { DynaliteStore } from "./dynalite-types";
import { perform, prepare } from "./engine";
import { type ItemOperation, showsOldItem, stageItemWrite } from "./item-write";
import { writeBatch } from "./level-store";
import { RequestTokens } from "./request-tokens";
import { StagedWrites } from "./staged-writes";
import {
  createTable,
  deleteTable,
  describeContinuousBackups,
  describeTimeToLive,
  listTables,
  updateContinuousBackups,
  updateTable,
  updateTimeToLive,
} from "./table-operations";
import { transactGet } from "./transact-get";
import { transactWrite } from "./transact-write";

/** Opens the local DynamoDB on an item store, which stays open when it closes. */
export async function openDynamoDb(store: DynaliteStore, onStep: OnStep): Promise<AwsService> {
  const tokens = await RequestTokens.load(store);
  const run = (name: string, body: JsonObject): Promise<JsonObject> => {
    if (isItemWrite(name)) return writeItem(store, name, body, onStep);
    if (name === "TransactWriteItems") return transactWrite(store, tokens, body, onStep);
    const other = Object.hasOwn(otherOperations, name) ? otherOperations[name] : undefined;
    return other ? other(store, body) : perform(store, name, prepare(store, name, body));
  };
  // One writer at a time. Readers need not wait: each write is one atomic batch, and a scan or
  // query reads from a snapshot. Only reads of several single items must keep writers out.
  const writers = new Mutex();
  return {
    targetPrefix: "DynamoDB_20120810.",
    contentType: "application/x-amz-json-1.0",
    handle: async (name, body) =>
      plainReads.has(name) ? run(name, body) : writers.run(async () => run(name, body)),
    close: () => writers.run(async () => undefined),
  };
}

const plainReads = new Set(["DescribeTable", "GetItem", "ListTagsOfResource", "Query", "Scan"]);

function isItemWrite(name: string): name is ItemOperation {
  return name === "PutItem" || name === "UpdateItem" || name === "DeleteItem";
}

/** Operations that dynalite lacks, or does in a way that does not hold here. */
const otherOperations: Record<
  string,
  (store: DynaliteStore, body: JsonObject) => Promise<JsonObject>
> = {
  BatchWriteItem: batchWrite,
  TransactGetItems: transactGet,
  CreateTable: createTable,
  UpdateTable: updateTable,
  DeleteTable: deleteTable,
  ListTables: listTables,
  UpdateTimeToLive: updateTimeToLive,
  DescribeTimeToLive: describeTimeToLive,
  UpdateContinuousBackups: updateContinuousBackups,
  DescribeContinuousBackups: describeContinuousBackups,
};

/** A single write: the item and its index entries in one batch. */
async function writeItem(
  store: DynaliteStore,
  operation: ItemOperation,
  body: JsonObject,
  onStep: OnStep,
): Promise<JsonObject> {
  const staged = new StagedWrites(store);
  const data = prepare(store, operation, body);
  const reply = await stageItemWrite(staged, { operation, data, showsOldItem: showsOldItem(body) });
  await onStep("before the item is written");
  await writeBatch(store, staged.operations(), { sync: false });
  await onStep("after the item is written");
  return reply;
}

async function batchWrite(store: DynaliteStore, body: JsonObject): Promise<JsonObject> {
  const staged = new StagedWrites(store);
  const data = prepare(store, "BatchWriteItem", body);
  const reply = await perform(staged.store, "BatchWriteItem", data);
  await writeBatch(store, staged.operations(), { sync: false });
  return reply;
}
