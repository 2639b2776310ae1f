import "server-only";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { orWithoutTable, queryAll } from "@/lib/aws/tables";
import { putItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { ProviderId } from "@/lib/providers/schema";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const notes = "key-notes";

/** What is known of a stored key. It holds for the value with this fingerprint only. */
export type KeyNote = {
  fingerprint: string;
  status: "stored" | "verified" | "rejected" | "expired";
  expires_at: string | null;
  checked_at: string | null;
};

export async function listKeyNotes(): Promise<Map<string, KeyNote>> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": text(notes) },
    ConsistentRead: true,
  });
  const items = await orWithoutTable(query, []);
  return new Map(items.map((item) => [item.sk?.S ?? "", toNote(item)]));
}

export async function saveKeyNote(id: ProviderId, note: KeyNote): Promise<void> {
  await dynamodb().send(new PutItemCommand({ TableName: table(), Item: toItem(id, note) }));
}

/** The note of a key that is being saved, for the transaction that settles its event. */
export function replaceKeyNote(id: ProviderId, note: KeyNote): WriteItem {
  const busy = () => new AppError("conflict", `The note of the ${id} key is busy. Try again.`);
  return putItem(table(), toItem(id, note), {}, busy);
}

function toItem(id: ProviderId, note: KeyNote): RawItem {
  return {
    pk: text(notes),
    sk: text(id),
    fingerprint: text(note.fingerprint),
    status: text(note.status),
    ...(note.expires_at && { expires_at: text(note.expires_at) }),
    ...(note.checked_at && { checked_at: text(note.checked_at) }),
  };
}

function toNote(item: RawItem): KeyNote {
  return {
    fingerprint: item.fingerprint?.S ?? "",
    // Only toItem writes these rows.
    status: (item.status?.S ?? "stored") as KeyNote["status"],
    expires_at: item.expires_at?.S ?? null,
    checked_at: item.checked_at?.S ?? null,
  };
}
