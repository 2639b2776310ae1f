import "server-only";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { isConditionRefused, orWithoutTable, queryAll } from "@/lib/aws/tables";
import { putItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { ProviderId } from "@/lib/providers/schema";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const notes = "key-notes";

/** What is known of a provider's key. */
export type KeyNote = {
  /** Holds for the value with this fingerprint only. */
  checked: {
    fingerprint: string;
    status: "stored" | "verified" | "rejected" | "expired";
    expires_at: string | null;
    checked_at: string | null;
  } | null;
  /** What was written here last, and the version of the secret that brought it. */
  written: { fingerprint: string; at: string; version_id: string } | null;
};

/** What is noted of the keys, by provider id; nothing where our table does not exist. */
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

/**
 * Notes what a provider said of a key, if the key has not been written here since `known` was read:
 * then what was said is of a former key.
 */
export async function saveKeyCheck(
  id: ProviderId,
  checked: NonNullable<KeyNote["checked"]>,
  known: KeyNote | undefined,
): Promise<void> {
  const written = known?.written;
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: { pk: text(notes), sk: text(id) },
    UpdateExpression: "SET checked = :checked",
    ConditionExpression: written
      ? "written.version_id = :version"
      : "attribute_not_exists(written)",
    ExpressionAttributeValues: {
      ":checked": mapOf(checked),
      ...(written && { ":version": text(written.version_id) }),
    },
  });
  try {
    await dynamodb().send(command);
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
  }
}

/** The note of a key that is being changed, for the transaction that settles its event. */
export function replaceKeyNote(id: ProviderId, note: KeyNote): WriteItem {
  const busy = () => new AppError("conflict", `The note of the ${id} key is busy. Try again.`);
  return putItem(table(), toItem(id, note), {}, busy);
}

function toItem(id: ProviderId, { checked, written }: KeyNote): RawItem {
  return {
    pk: text(notes),
    sk: text(id),
    ...(checked && { checked: mapOf(checked) }),
    ...(written && { written: mapOf(written) }),
  };
}

function mapOf(values: Record<string, string | null>): AttributeValue {
  const entries = Object.entries(values).flatMap(([name, value]) =>
    value === null ? [] : [[name, text(value)] as const],
  );
  return { M: Object.fromEntries(entries) };
}

function toNote(item: RawItem): KeyNote {
  const [checked, written] = [item.checked?.M, item.written?.M];
  return {
    checked: checked
      ? {
          fingerprint: checked.fingerprint?.S ?? "",
          // Only toItem writes these rows.
          status: (checked.status?.S ?? "stored") as "stored",
          expires_at: checked.expires_at?.S ?? null,
          checked_at: checked.checked_at?.S ?? null,
        }
      : null,
    written: written
      ? {
          fingerprint: written.fingerprint?.S ?? "",
          at: written.at?.S ?? "",
          version_id: written.version_id?.S ?? "",
        }
      : null,
  };
}
