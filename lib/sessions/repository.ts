import "server-only";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { count, type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { orWithoutTable } from "@/lib/aws/tables";
import { putItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const keyOf = (id: string): RawItem => ({ pk: text(`session#${id}`), sk: text("ended") });

/** Seconds for which the row outlives the session: the copies' clocks need not agree. */
const keptSeconds = 3_600;

/**
 * Whether somebody has signed out of a session, read consistently: what ended on one copy is refused
 * by all of them at once. Where our table does not exist nothing can have been noted.
 * @throws what DynamoDB throws
 */
export async function findEnd(id: string): Promise<boolean> {
  const command = new GetItemCommand({
    TableName: table(),
    Key: keyOf(id),
    ConsistentRead: true,
    ProjectionExpression: "pk",
  });
  const { Item } = await orWithoutTable(dynamodb().send(command), { Item: undefined });
  return Item !== undefined;
}

/**
 * The end of a session, noted once. The table's time to live removes it by `delete_after`, when no
 * cookie of the session can work any more.
 * @param lastSecond of the session, in seconds since 1970
 */
export function createEnd(id: string, lastSecond: number): WriteItem {
  const item = {
    ...keyOf(id),
    ended_at: text(new Date().toISOString()),
    delete_after: count(lastSecond + keptSeconds),
  };
  const isNew = { ConditionExpression: "attribute_not_exists(pk)" };
  const message = "The session has been ended already.";
  return putItem(table(), item, isNew, () => new AppError("conflict", message));
}
