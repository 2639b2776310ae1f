import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import {
  BatchWriteItemCommand,
  GetItemCommand,
  UpdateItemCommand,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import type { ActivityEntity } from "@/lib/activity/schema";
import { count, type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { queryAll } from "@/lib/aws/tables";
import { putItem, transact, updateItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { ItemOutcome, OperationItem, OperationKind } from "./schema";
import type { Step } from "./step";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const operationPk = (id: string) => `operation#${id}`;
const head = "head";
const itemSk = (index: number) => `item#${String(index).padStart(6, "0")}`;
const batchSize = 25;

export type OperationHead = {
  operation_id: string;
  kind: OperationKind;
  title: string;
  actor: string;
  created_at: string;
  total: number;
  stopped: boolean;
  undo_of: string | null;
  undone_by: string | null;
};

/** A step as it stands in its operation. */
export type StoredStep = OperationItem & { step: Step; etag_after: string | null };

/**
 * Keeps the plan before anything is done, the steps first: an operation with a head is complete.
 * @param beside is written together with the head, or nothing is
 * @throws AppError `conflict` when there is such an operation already
 */
export async function createOperation(
  operation: OperationHead,
  steps: Step[],
  beside: WriteItem[],
): Promise<void> {
  const items = steps.map((step, index) => toItem(operation.operation_id, step, index));
  for (let start = 0; start < items.length; start += batchSize) {
    await putAll(items.slice(start, start + batchSize));
  }
  const notThereYet = { ConditionExpression: "attribute_not_exists(pk)" };
  const exists = () =>
    new AppError("conflict", `The operation "${operation.operation_id}" exists already.`);
  await transact([...beside, putItem(table(), toHead(operation), notThereYet, exists)]);
}

async function putAll(items: RawItem[]): Promise<void> {
  let requests: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }));
  for (let attempt = 1; requests.length > 0; attempt += 1) {
    const command = new BatchWriteItemCommand({ RequestItems: { [table()]: requests } });
    const { UnprocessedItems } = await dynamodb().send(command);
    requests = UnprocessedItems?.[table()] ?? [];
    if (requests.length > 0) await delay(Math.random() * 50 * 2 ** Math.min(attempt, 6));
  }
}

export async function findOperation(id: string): Promise<OperationHead | null> {
  const Key = { pk: text(operationPk(id)), sk: text(head) };
  const input = { TableName: table(), Key, ConsistentRead: true };
  const { Item } = await dynamodb().send(new GetItemCommand(input));
  return Item ? fromHead(Item) : null;
}

/** All steps with their outcomes, in order, read consistently. */
export async function listSteps(id: string): Promise<StoredStep[]> {
  const items = await queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :item)",
    ExpressionAttributeValues: { ":pk": text(operationPk(id)), ":item": text("item#") },
    ConsistentRead: true,
  });
  return items.map(fromItem);
}

/** The outcome of a step, in the same transaction as the change; refused when it has one already. */
export function settleStep(id: string, index: number, etagAfter: string | null): WriteItem {
  const change = {
    UpdateExpression: etagAfter ? "SET outcome = :done, etag_after = :etag" : "SET outcome = :done",
    ConditionExpression: "outcome = :pending",
    ExpressionAttributeValues: {
      ":done": text("done"),
      ":pending": text("pending"),
      ...(etagAfter && { ":etag": text(etagAfter) }),
    },
  };
  return updateItem(table(), itemKey(id, index), change, () => new StepSettled(index));
}

/** Somebody else carries out the same operation and was faster. */
export class StepSettled extends AppError {
  constructor(index: number) {
    super("conflict", `Step ${index} of the operation has been carried out already.`);
  }
}

/** Notes why a step was not carried out; the row is as it was. */
export async function refuseStep(id: string, index: number, message: string): Promise<void> {
  await setIf(itemKey(id, index), "outcome = :pending", {
    SET: "outcome = :refused, message = :message",
    values: { ":pending": text("pending"), ":refused": text("refused"), ":message": text(message) },
  });
}

/** Refused steps are tried once more when the operation is resumed. */
export async function reopenStep(id: string, index: number): Promise<void> {
  await setIf(itemKey(id, index), "outcome = :refused", {
    SET: "outcome = :pending",
    values: { ":pending": text("pending"), ":refused": text("refused") },
  });
}

export async function markStopped(id: string, stopped: boolean): Promise<void> {
  const key = { pk: text(operationPk(id)), sk: text(head) };
  await setIf(key, "attribute_exists(pk)", {
    SET: "stopped = :stopped",
    values: { ":stopped": { BOOL: stopped } },
  });
}

/** Notes which operation takes this one back; refused when another one has been noted before. */
export function markUndone({ operation_id, title }: OperationHead, by: string): WriteItem {
  const key = { pk: text(operationPk(operation_id)), sk: text(head) };
  const change = {
    UpdateExpression: "SET undone_by = :by",
    ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(undone_by)",
    ExpressionAttributeValues: { ":by": text(by) },
  };
  const refuse = () => new AppError("conflict", `"${title}" has been undone already.`);
  return updateItem(table(), key, change, refuse);
}

async function setIf(
  key: RawItem,
  condition: string,
  change: { SET: string; values: RawItem },
): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: key,
    UpdateExpression: `SET ${change.SET}`,
    ConditionExpression: condition,
    ExpressionAttributeValues: change.values,
  });
  try {
    await dynamodb().send(command);
  } catch (error) {
    if (error instanceof Error && error.name === "ConditionalCheckFailedException") return;
    throw error;
  }
}

function itemKey(id: string, index: number): RawItem {
  return { pk: text(operationPk(id)), sk: text(itemSk(index)) };
}

function toHead({ stopped, total, undo_of, undone_by, ...texts }: OperationHead): RawItem {
  return {
    pk: text(operationPk(texts.operation_id)),
    sk: text(head),
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, text(value)])),
    total: count(total),
    stopped: { BOOL: stopped },
    ...(undo_of && { undo_of: text(undo_of) }),
    ...(undone_by && { undone_by: text(undone_by) }),
  };
}

function fromHead(item: RawItem): OperationHead {
  return {
    operation_id: item.operation_id?.S ?? "",
    // Only toHead writes these rows.
    kind: (item.kind?.S ?? "undo") as OperationKind,
    title: item.title?.S ?? "",
    actor: item.actor?.S ?? "",
    created_at: item.created_at?.S ?? "",
    total: Number(item.total?.N ?? 0),
    stopped: item.stopped?.BOOL ?? false,
    undo_of: item.undo_of?.S ?? null,
    undone_by: item.undone_by?.S ?? null,
  };
}

function toItem(id: string, step: Step, index: number): RawItem {
  return {
    ...itemKey(id, index),
    index: count(index),
    outcome: text("pending"),
    entity_kind: text(step.entity.kind),
    entity_id: text(step.entity.id),
    ...(step.before && { before: { M: step.before } }),
    ...(step.after && { after: { M: step.after } }),
    ...(step.expected_etag && { expected_etag: text(step.expected_etag) }),
    ...(step.model_pk && { model_pk: text(step.model_pk) }),
    ...(step.model_pk_before && { model_pk_before: text(step.model_pk_before) }),
  };
}

function fromItem(item: RawItem): StoredStep {
  // Only toItem writes these rows.
  const kind = item.entity_kind?.S as "model" | "agent";
  const entity: ActivityEntity & { kind: "model" | "agent" } = {
    kind,
    id: item.entity_id?.S ?? "",
  };
  const before = item.before?.M ?? null;
  const after = item.after?.M ?? null;
  return {
    index: Number(item.index?.N ?? 0),
    entity,
    action: before === null ? "create" : after === null ? "delete" : "update",
    outcome: (item.outcome?.S ?? "pending") as ItemOutcome,
    message: item.message?.S ?? null,
    etag_after: item.etag_after?.S ?? null,
    step: {
      entity,
      before,
      after,
      expected_etag: item.expected_etag?.S ?? null,
      model_pk: item.model_pk?.S ?? null,
      model_pk_before: item.model_pk_before?.S ?? null,
    },
  };
}
