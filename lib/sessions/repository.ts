import "server-only";
import { numberAttribute, stringAttribute } from "@/lib/aws/attributes";
import { findNotedRow, managementKey, managementTable as table } from "@/lib/aws/management-table";
import { putItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";

const keyOf = (id: string) => managementKey(`session#${id}`, "ended");

/** Seconds for which the row outlives the session: the copies' clocks need not agree. */
const retentionSeconds = 3_600;

/**
 * Whether somebody has signed out of a session, read consistently: what ended on one copy is refused
 * by all of them at once. Where our table does not exist nothing can have been noted.
 * @throws what DynamoDB throws
 */
export async function findSessionEnd(id: string): Promise<boolean> {
  return (await findNotedRow(keyOf(id))) !== null;
}

/**
 * The end of a session, noted once. The table's time to live removes it by `delete_after`, when no
 * cookie of the session can work any more.
 * @param expiresAt of the session, in seconds since 1970
 */
export function createSessionEnd(id: string, expiresAt: number): WriteItem {
  const item = {
    ...keyOf(id),
    ended_at: stringAttribute(new Date().toISOString()),
    delete_after: numberAttribute(expiresAt + retentionSeconds),
  };
  const isNew = { ConditionExpression: "attribute_not_exists(pk)" };
  const message = "The session has been ended already.";
  return putItem(table(), item, isNew, () => new AppError("conflict", message));
}
