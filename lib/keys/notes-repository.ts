import "server-only";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { listNotedRows, managementKey, managementTable as table } from "@/lib/aws/management-table";
import { field, rowCodec, toAttribute } from "@/lib/aws/row-codec";
import { tryWrite } from "@/lib/aws/tables";
import { putItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import type { ProviderId } from "@/lib/providers/schema";

const notes = "key-notes";
const keyOf = (id: ProviderId) => managementKey(notes, id);

/** What is known about a provider's key. */
export type KeyNote = {
  /** Valid only for the value with this fingerprint. */
  checked: {
    fingerprint: string;
    status: "stored" | "verified" | "rejected" | "expired";
    expires_at: string | null;
    checked_at: string | null;
  } | null;
  /** The console's last write, and the secret version that it created. */
  written: { fingerprint: string; at: string; version_id: string } | null;
};

const noteRow = rowCodec({
  sk: field.text,
  checked: z
    .object({
      fingerprint: field.text,
      status: z.enum(["stored", "verified", "rejected", "expired"]).catch("stored"),
      expires_at: field.optionalText,
      checked_at: field.optionalText,
    })
    .nullable()
    .catch(null),
  written: z
    .object({ fingerprint: field.text, at: field.text, version_id: field.text })
    .nullable()
    .catch(null),
});

/** The notes by provider id; empty if ModelManagement doesn't exist. */
export async function listKeyNotes(): Promise<Map<string, KeyNote>> {
  const rows = (await listNotedRows(notes)).map(noteRow.decode);
  return new Map(rows.map(({ sk, ...note }) => [sk, note]));
}

/** Records the outcome of a key test, unless the key has been replaced since `known` was read. */
export async function saveKeyCheck(
  id: ProviderId,
  checked: NonNullable<KeyNote["checked"]>,
  note: KeyNote | undefined,
): Promise<void> {
  const written = note?.written;
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: keyOf(id),
    UpdateExpression: "SET checked = :checked",
    ConditionExpression: written
      ? "written.version_id = :version"
      : "attribute_not_exists(written)",
    ExpressionAttributeValues: {
      ":checked": toAttribute(checked),
      ...(written && { ":version": stringAttribute(written.version_id) }),
    },
  });
  await tryWrite(dynamodb().send(command));
}

/** Part of the transaction that settles the event of a key change. */
export function replaceKeyNote(id: ProviderId, note: KeyNote): WriteItem {
  const busy = () => new AppError("conflict", `The note of the ${id} key is busy. Try again.`);
  return putItem(table(), { ...keyOf(id), ...noteRow.encode(note) }, {}, busy);
}
