import "server-only";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { findNotedRow, managementKey, managementTable } from "@/lib/aws/management-table";
import { isConditionFailed } from "@/lib/aws/tables";

/** Where notifications go; each has what it was told last. */
export type Channel = "webhook" | "topic";
const keyOf = (channel: Channel) =>
  managementKey("notified", channel === "webhook" ? "findings" : `findings-${channel}`);

/** The findings of the last notification, and its time; null before the first. */
export type Notified = { ids: string[]; at: string | null };

export async function findNotified(channel: Channel): Promise<Notified> {
  const row = await findNotedRow(keyOf(channel));
  const ids = (row?.ids?.L ?? []).flatMap(({ S }) => S ?? []);
  return { ids, at: row?.at?.S ?? null };
}

/** Records what is about to be notified. @returns false if another copy was faster */
export async function claimNotification(
  channel: Channel,
  known: Notified,
  next: { ids: string[]; at: string },
): Promise<boolean> {
  const unchanged =
    known.at === null
      ? { ConditionExpression: "attribute_not_exists(pk)" }
      : {
          ConditionExpression: "#at = :at",
          ExpressionAttributeNames: { "#at": "at" },
          ExpressionAttributeValues: { ":at": stringAttribute(known.at) },
        };
  const Item = {
    ...keyOf(channel),
    ids: { L: next.ids.map(stringAttribute) },
    at: stringAttribute(next.at),
  };
  try {
    await dynamodb().send(new PutItemCommand({ TableName: managementTable(), Item, ...unchanged }));
    return true;
  } catch (error) {
    if (isConditionFailed(error)) return false;
    throw error;
  }
}

/** Takes a claim back whose notification failed, so that the next evaluation tries again. */
export async function restoreNotified(
  channel: Channel,
  known: Notified,
  claimedAt: string,
): Promise<void> {
  const at = known.at ?? new Date(0).toISOString();
  await claimNotification(channel, { ids: [], at: claimedAt }, { ids: known.ids, at });
}
