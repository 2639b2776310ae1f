import "server-only";
import { numberAttribute, stringAttribute } from "@/lib/aws/attributes";
import { findNotedRow, managementKey, managementTable as table } from "@/lib/aws/management-table";
import { putItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";

const keyOf = (id: string) => managementKey(`session#${id}`, "ended");

/** How long the row outlives the session, in seconds, because the clocks of copies differ. */
const retentionSeconds = 3_600;

/**
 * Whether a session was ended, read consistently, so that all copies refuse it immediately. False if our
 * table doesn't exist.
 * @throws DynamoDB's error
 */
export async function findSessionEnd(id: string): Promise<boolean> {
  return (await findNotedRow(keyOf(id))) !== null;
}

/**
 * Records the end of a session, once. The table's time to live removes the row at `delete_after`,
 * when every cookie of the session has expired.
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
