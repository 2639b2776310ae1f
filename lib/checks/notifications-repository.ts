import "server-only";
import { randomUUID } from "node:crypto";
import { UpdateItemCommand, type UpdateItemCommandInput } from "@aws-sdk/client-dynamodb";
import { stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { findNotedRow, managementKey, managementTable } from "@/lib/aws/management-table";
import { tryWrite } from "@/lib/aws/tables";

/** Where notifications go. Each channel has its own last notification. */
export type Channel = "webhook" | "topic";
const keyOf = (channel: Channel) =>
  managementKey("notified", channel === "webhook" ? "findings" : `findings-${channel}`);

/** The findings of the last notification, and when they were read; null before the first one. */
export type Notified = { ids: string[]; at: string | null };

/** Longer than sending takes. If a copy crashes while sending, its claim lasts this long. */
const claimMs = 2 * 60_000;

export async function findNotified(channel: Channel): Promise<Notified> {
  const row = await findNotedRow(keyOf(channel));
  const ids = (row?.ids?.L ?? []).flatMap(({ S }) => S ?? []);
  return { ids, at: row?.at?.S ?? null };
}

/** Lets only this call notify for a while. @returns the claim, or null if another copy holds it */
export async function claimNotification(
  channel: Channel,
  { at }: Notified,
): Promise<string | null> {
  const claim = randomUUID();
  const unchanged = at === null ? "attribute_not_exists(#at)" : "#at = :at";
  const isClaimed = await update(channel, {
    UpdateExpression: "SET claimed_by = :claim, claimed_until = :until",
    ConditionExpression: `${unchanged} AND (attribute_not_exists(claimed_until) OR claimed_until < :now)`,
    ExpressionAttributeNames: { "#at": "at" },
    ExpressionAttributeValues: {
      ...(at !== null && { ":at": stringAttribute(at) }),
      ":claim": stringAttribute(claim),
      ":until": stringAttribute(new Date(Date.now() + claimMs).toISOString()),
      ":now": stringAttribute(new Date().toISOString()),
    },
  });
  return isClaimed ? claim : null;
}

/**
 * Ends a claim. Records what was sent, or null if sending failed, so that the next call tries
 * again.
 */
export async function endClaim(
  channel: Channel,
  claim: string,
  sent: { ids: string[]; at: string } | null,
): Promise<void> {
  await update(channel, {
    UpdateExpression: `${sent ? "SET ids = :ids, #at = :at " : ""}REMOVE claimed_by, claimed_until`,
    ConditionExpression: "claimed_by = :claim",
    ...(sent && { ExpressionAttributeNames: { "#at": "at" } }),
    ExpressionAttributeValues: {
      ":claim": stringAttribute(claim),
      ...(sent && {
        ":ids": { L: sent.ids.map(stringAttribute) },
        ":at": stringAttribute(sent.at),
      }),
    },
  });
}

/** @returns false if the condition doesn't hold */
async function update(
  channel: Channel,
  change: Omit<UpdateItemCommandInput, "TableName" | "Key">,
): Promise<boolean> {
  const command = new UpdateItemCommand({
    TableName: managementTable(),
    Key: keyOf(channel),
    ...change,
  });
  return tryWrite(dynamodb().send(command));
}
