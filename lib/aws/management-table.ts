import "server-only";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { env } from "@/lib/env";
import { type RawItem, stringAttribute } from "./attributes";
import { dynamodb } from "./clients";
import { orIfTableMissing, queryAll } from "./tables";

/** The name of ModelManagement, our own table. */
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
