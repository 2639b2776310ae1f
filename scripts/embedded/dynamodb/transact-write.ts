import { AwsError } from "../aws-error";
import type { JsonObject } from "../json-object";
import type { OnStep } from "../steps";
import type { DynaliteStore } from "./dynalite-types";
import { dynamoError, validationError } from "./errors";
import { findTable, type ItemWrite, itemKey, stageItemWrite } from "./item-write";
import { writeBatch } from "./level-store";
import type { RequestTokens } from "./request-tokens";
import { StagedWrites } from "./staged-writes";
import { transactionCapacity } from "./transaction-capacity";
import { readActions, readToken } from "./transaction-request";

const maximumBytes = 4 * 1024 * 1024;

interface Reason {
  Code: string;
  Message?: string;
  Item?: unknown;
}

/**
 * TransactWriteItems. The caller lets no other write in between. Every action is evaluated on a
 * staged view; if all succeed, they and the request token become one atomic batch, synced to disk
 * before the reply. So there is nothing to roll back, whenever the process dies.
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
  await refuseRepeatedItems(store, actions);

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
  if (staged.itemBytes() > maximumBytes)
    throw validationError("Collection size of items in the transaction exceeds the 4 MB limit");
  return transactionCapacity(results);
}

/** Two actions on one item are refused; a malformed key is left to become its action's reason. */
async function refuseRepeatedItems(store: DynaliteStore, actions: ItemWrite[]): Promise<void> {
  const seen = new Set<string>();
  for (const action of actions) {
    const table = await findTable(store, action.data.TableName);
    const key = keyOrNothing(() => `${action.data.TableName} ${itemKey(action, table)}`);
    if (key !== undefined && seen.has(key))
      throw validationError("Transaction request cannot include multiple operations on one item");
    if (key !== undefined) seen.add(key);
  }
}

function keyOrNothing(read: () => string): string | undefined {
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

/** The error of a transaction of which nothing was applied, one reason for each action in order. */
export function cancelled(reasons: Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return dynamoError("TransactionCanceledException", message, {
    CancellationReasons: reasons,
    // DynamoDB spells this one error's message with a capital; clients read either.
    Message: message,
  });
}
