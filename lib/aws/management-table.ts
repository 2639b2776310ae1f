import "server-only";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { type RawItem, stringAttribute } from "./attributes";
import { dynamodb } from "./clients";
import { orIfTableMissing, queryAll } from "./tables";
import { updateItem, type WriteItem } from "./transact";

/** The name of ModelManagement, the console's own table. */
export const managementTable = () => env().MODEL_MANAGEMENT_TABLE;

/** A primary key of ModelManagement. */
export function managementKey(pk: string, sk: string): RawItem {
  return { pk: stringAttribute(pk), sk: stringAttribute(sk) };
}

/** The row with this key, read consistently; null if there is none. */
export async function findManagementRow(key: RawItem): Promise<RawItem | null> {
  const input = { TableName: managementTable(), Key: key, ConsistentRead: true };
  const { Item } = await dynamodb().send(new GetItemCommand(input));
  return Item ?? null;
}

type ListOptions = { skPrefix?: string; newestFirst?: boolean };

/** All rows of a partition, in the order of their sort keys, read consistently. */
export function listManagementRows(
  pk: string,
  { skPrefix, newestFirst }: ListOptions = {},
): Promise<RawItem[]> {
  return queryAll({
    TableName: managementTable(),
    KeyConditionExpression: skPrefix ? "pk = :pk AND begins_with(sk, :prefix)" : "pk = :pk",
    ExpressionAttributeValues: {
      ":pk": stringAttribute(pk),
      ...(skPrefix && { ":prefix": stringAttribute(skPrefix) }),
    },
    ConsistentRead: true,
    ...(newestFirst && { ScanIndexForward: false }),
  });
}

/** As `listManagementRows`; empty if the table doesn't exist yet. */
export function listNotedRows(pk: string, options?: ListOptions): Promise<RawItem[]> {
  return orIfTableMissing(listManagementRows(pk, options), []);
}

/** As `findManagementRow`; null if the table doesn't exist yet. */
export function findNotedRow(key: RawItem): Promise<RawItem | null> {
  return orIfTableMissing(findManagementRow(key), null);
}

/**
 * An external change of what was set here: its ID, when it was noticed (ISO 8601 UTC), and its
 * event.
 */
export type NoticedDifference = { noticed: string; noticed_at: string; event_id: string };

/**
 * Records on a row of settings that an external change was noticed, once for all copies of the console.
 * @param setAt `set_at` of the row as it was read
 */
export function noticeDifference(
  key: RawItem,
  setAt: string,
  { noticed, noticed_at, event_id }: NoticedDifference,
): WriteItem {
  const change = {
    UpdateExpression: "SET noticed = :noticed, noticed_at = :at, event_id = :event",
    ConditionExpression: "set_at = :set AND (attribute_not_exists(noticed) OR noticed <> :noticed)",
    ExpressionAttributeValues: {
      ":noticed": stringAttribute(noticed),
      ":at": stringAttribute(noticed_at),
      ":event": stringAttribute(event_id),
      ":set": stringAttribute(setAt),
    },
  };
  const lost = () => new AppError("conflict", "Another reader noticed the difference first.");
  return updateItem(managementTable(), key, change, lost);
}
