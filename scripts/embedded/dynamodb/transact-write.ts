import { AwsError } from "../aws-error";
import { isJsonObject, type JsonObject } from "../json";
import type { OnStep } from "../steps";
import type { DynaliteStore } from "./dynalite-types";
import { dynamoError, validationError } from "./errors";
import { getTable, type ItemWrite, itemKey, stageItemWrite } from "./item-write";
import { writeBatch } from "./level-store";
import { itemBytes, maxTransactionBytes, payloadBytes } from "./limits";
import type { RequestTokens } from "./request-tokens";
import { StagedWrites } from "./staged-writes";
import { readActions, readToken } from "./transaction-request";

interface Reason {
  Code: string;
  Message?: string;
  Item?: unknown;
}

/**
 * TransactWriteItems. The caller excludes other writers. Every action is evaluated on a staged view;
 * if all succeed, they and the request token are written as one atomic batch, synced to disk before
 * the reply. A crash therefore needs no rollback.
 */
export async function transactWrite(
  store: DynaliteStore,
  tokens: RequestTokens,
  body: JsonObject,
  onStep: OnStep,
): Promise<JsonObject> {
  const actions = readActions(store, body);
  const token = readToken(body);
  const earlier = token === undefined ? undefined : tokens.replay(token, body);
  if (earlier) return earlier;
  assertTransactionBytes(actions.reduce((sum, { data }) => sum + payloadBytes(data), 0));
  await assertDistinctItems(store, actions);

  const staged = new StagedWrites(store);
  const reply = await stageAll(staged, actions, body, onStep);
  const record = token === undefined ? undefined : tokens.record(token, body, reply);
  await onStep("before the commit");
  const operations = [...staged.operations(), ...(record?.operations ?? [])];
  await writeBatch(store, operations, { sync: true });
  record?.remember();
  await onStep("after the commit");
  return reply;
}

async function stageAll(
  staged: StagedWrites,
  actions: ItemWrite[],
  body: JsonObject,
  onStep: OnStep,
): Promise<JsonObject> {
  const reasons: Reason[] = [];
  const results: JsonObject[] = [];
  for (const [index, action] of actions.entries()) {
    const data = { ...action.data, ReturnConsumedCapacity: body.ReturnConsumedCapacity };
    try {
      results.push(await stageItemWrite(staged, { ...action, data }));
      reasons.push({ Code: "None" });
    } catch (error) {
      reasons.push(cancellationReason(error));
    }
    await onStep(`action ${index + 1}`);
  }
  if (reasons.some(({ Code }) => Code !== "None")) throw cancelled(reasons);
  assertTransactionBytes(staged.items().reduce((sum, item) => sum + itemBytes(item), 0));
  return transactionCapacity(results);
}

function assertTransactionBytes(bytes: number): void {
  if (bytes <= maxTransactionBytes) return;
  throw validationError(`Transaction payload size cannot exceed 4MB. Payload Size: ${bytes}`);
}

/** Throws if two actions have the same item. A malformed key is reported by its own action. */
async function assertDistinctItems(store: DynaliteStore, actions: ItemWrite[]): Promise<void> {
  const seen = new Set<string>();
  for (const action of actions) {
    const table = await getTable(store, action.data.TableName);
    const key = ignoreAwsError(() => `${action.data.TableName} ${itemKey(action, table)}`);
    if (key !== undefined && seen.has(key))
      throw validationError("Transaction request cannot include multiple operations on one item");
    if (key !== undefined) seen.add(key);
  }
}

function ignoreAwsError(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof AwsError) return undefined;
    throw error;
  }
}

function cancellationReason(error: unknown): Reason {
  if (!(error instanceof AwsError)) throw error;
  const { Item } = error.fields;
  if (error.code === "ConditionalCheckFailedException")
    return {
      Code: "ConditionalCheckFailed",
      Message: error.message,
      ...(Item === undefined ? {} : { Item }),
    };
  if (error.code === "ValidationException")
    return { Code: "ValidationError", Message: error.message };
  throw error;
}

/** The error of a canceled transaction, with one reason per action in order. */
export function cancelled(reasons: Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return dynamoError("TransactionCanceledException", message, {
    CancellationReasons: reasons,
    // DynamoDB capitalizes this error's message; clients read either.
    Message: message,
  });
}

/** ConsumedCapacity of a transaction by table: twice the units of the same individual operations. */
export function transactionCapacity(results: JsonObject[]): JsonObject {
  const units = new Map<string, number>();
  for (const { ConsumedCapacity: consumed } of results) {
    if (!isJsonObject(consumed)) continue;
    const table = String(consumed.TableName);
    units.set(table, (units.get(table) ?? 0) + 2 * Number(consumed.CapacityUnits));
  }
  if (units.size === 0) return {};
  const ConsumedCapacity = [...units].map(([TableName, CapacityUnits]) => ({
    TableName,
    CapacityUnits,
  }));
  return { ConsumedCapacity };
}
