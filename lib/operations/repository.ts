import "server-only";
import { randomUUID } from "node:crypto";
import { PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { booleanAttribute, type RawItem, stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { assertRowFits } from "@/lib/aws/item-size";
import {
  findManagementRow,
  listManagementRows,
  managementKey,
  managementTable as table,
} from "@/lib/aws/management-table";
import { batchWriteAll, isConditionFailed, tryWrite } from "@/lib/aws/tables";
import { putItem, transact, updateItem, type WriteItem } from "@/lib/aws/transact";
import { mapConcurrently } from "@/lib/batches";
import { AppError } from "@/lib/errors";
import {
  fromHead,
  fromItem,
  headKey,
  itemKey,
  itemsPrefix,
  type OperationHead,
  operationPk,
  type StoredStep,
  toHead,
  toItem,
} from "./row";
import type { BuiltStep, Step } from "./step";

const writeConcurrency = 25;

/** Bytes that a step's row and its event need beyond the values of the row that changes. */
const reservedBytes = { forward: 8_000, undo: 4_000 };
const maxMessageLength = 1000;

/**
 * Refuses a plan with a step that couldn't be stored, recorded in the history, or undone.
 * @throws AppError `too_large` that names an attribute
 */
export function assertStorable(id: string, steps: Step[], isUndo: boolean): void {
  for (const [index, step] of steps.entries())
    assertRowFits(toItem(id, step, index), isUndo ? reservedBytes.undo : reservedBytes.forward);
}

const alreadyExists = (id: string) =>
  new AppError("conflict", `The operation "${id}" exists already.`);

/**
 * Claims an ID chosen by a caller, so that a second request with it can't overwrite the first one's
 * steps.
 * @throws AppError `conflict` if it is in use
 */
export async function claimOperation(id: string): Promise<void> {
  const owner = stringAttribute(randomUUID());
  const command = new PutItemCommand({
    TableName: table(),
    Item: { ...managementKey(operationPk(id), "claim"), owner },
    // After a lost reply, the retried request finds its own claim.
    ConditionExpression: "attribute_not_exists(pk) OR #owner = :owner",
    ExpressionAttributeNames: { "#owner": "owner" },
    ExpressionAttributeValues: { ":owner": owner },
  });
  await dynamodb()
    .send(command)
    .catch((error: unknown) => {
      throw isConditionFailed(error) ? alreadyExists(id) : error;
    });
}

/**
 * Stores the plan, steps first: an operation with a head is complete.
 * @param beside writes to include in the transaction of the head
 * @throws AppError `conflict` if the operation exists
 */
export async function createOperation(
  operation: OperationHead,
  steps: Step[],
  beside: WriteItem[],
): Promise<void> {
  const items = steps.map((step, index) => toItem(operation.operation_id, step, index));
  await batchWriteAll(
    table(),
    items.map((Item) => ({ PutRequest: { Item } })),
  );
  const doesNotExist = { ConditionExpression: "attribute_not_exists(pk)" };
  const exists = () => alreadyExists(operation.operation_id);
  await transact([...beside, putItem(table(), toHead(operation), doesNotExist, exists)]);
}

/** The operation without its steps; null if it doesn't exist or isn't completely stored. */
export async function findOperation(id: string): Promise<OperationHead | null> {
  const item = await findManagementRow(headKey(id));
  return item && fromHead(item);
}

/** All steps with their outcomes, in order, read consistently. */
export async function listSteps(id: string): Promise<StoredStep[]> {
  return (await listManagementRows(operationPk(id), { skPrefix: itemsPrefix })).map(fromItem);
}

/** Records a step's outcome in the transaction of its change. Fails if the step already has one. */
export function settleStep(
  id: string,
  index: number,
  { etagAfter, note }: Pick<BuiltStep, "etagAfter" | "note">,
): WriteItem {
  const sets = [
    "outcome = :done",
    ...(etagAfter ? ["etag_after = :etag"] : []),
    ...(note ? ["message = :note"] : []),
  ];
  const change = {
    // Clears the reason of an earlier refusal.
    UpdateExpression: `SET ${sets.join(", ")}${note ? "" : " REMOVE message"}`,
    ConditionExpression: "outcome = :pending",
    ExpressionAttributeValues: {
      ":done": stringAttribute("done"),
      ":pending": stringAttribute("pending"),
      ...(etagAfter && { ":etag": stringAttribute(etagAfter) }),
      ...(note && { ":note": stringAttribute(note) }),
    },
  };
  return updateItem(table(), itemKey(id, index), change, () => new StepSettled(index));
}

/** Another process executed the same step first. */
export class StepSettled extends AppError {
  constructor(index: number) {
    super("conflict", `Step ${index} of the operation has been carried out already.`);
  }
}

/** Records why a step was refused. */
export async function markRefused(id: string, index: number, message: string): Promise<void> {
  await setIf(itemKey(id, index), "outcome = :pending", {
    SET: "outcome = :refused, message = :message",
    values: {
      ":pending": stringAttribute("pending"),
      ":refused": stringAttribute("refused"),
      ":message": stringAttribute(message.slice(0, maxMessageLength)),
    },
  });
}

/** As above, for many steps. Existing outcomes are kept. */
export async function markAllRefused(
  id: string,
  steps: { index: number }[],
  message: string,
): Promise<void> {
  await mapConcurrently(steps, writeConcurrency, ({ index }) => markRefused(id, index, message));
}

/** Makes a refused step pending again, with its new plan. */
export async function reopenStep(
  id: string,
  index: number,
  { before, expected_etag }: Step,
): Promise<void> {
  const removed = [...(before ? [] : ["#before"]), ...(expected_etag ? [] : ["expected_etag"])];
  await setIf(itemKey(id, index), "outcome = :refused", {
    SET: [
      "outcome = :pending",
      ...(before ? ["#before = :before"] : []),
      ...(expected_etag ? ["expected_etag = :etag"] : []),
    ].join(", "),
    REMOVE: removed.join(", "),
    names: { "#before": "before" },
    values: {
      ":pending": stringAttribute("pending"),
      ":refused": stringAttribute("refused"),
      ...(before && { ":before": { M: before } }),
      ...(expected_etag && { ":etag": stringAttribute(expected_etag) }),
    },
  });
}

/**
 * Records whether further steps may start.
 * @returns false if the operation doesn't exist or was undone
 */
export function markStopped(id: string, stopped: boolean): Promise<boolean> {
  return setIf(headKey(id), "attribute_exists(pk) AND attribute_not_exists(undone_by)", {
    SET: "stopped = :stopped",
    values: { ":stopped": booleanAttribute(stopped) },
  });
}

/** Records the undo operation. Fails if there already is one. */
export function markUndone({ operation_id, title }: OperationHead, by: string): WriteItem {
  const change = {
    UpdateExpression: "SET undone_by = :by",
    ConditionExpression: "attribute_exists(pk) AND attribute_not_exists(undone_by)",
    ExpressionAttributeValues: { ":by": stringAttribute(by) },
  };
  const alreadyUndone = () => new AppError("conflict", `"${title}" has been undone already.`);
  return updateItem(table(), headKey(operation_id), change, alreadyUndone);
}

async function setIf(
  key: RawItem,
  condition: string,
  change: { SET: string; REMOVE?: string; names?: Record<string, string>; values: RawItem },
): Promise<boolean> {
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: key,
    UpdateExpression: `SET ${change.SET}${change.REMOVE ? ` REMOVE ${change.REMOVE}` : ""}`,
    ConditionExpression: condition,
    ExpressionAttributeNames: change.names,
    ExpressionAttributeValues: change.values,
  });
  return tryWrite(dynamodb().send(command));
}
