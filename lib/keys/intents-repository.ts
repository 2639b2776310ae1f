import "server-only";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { ActivityEvent } from "@/lib/activity/schema";
import { type RawItem, text } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { isConditionRefused, orWithoutTable, queryAll } from "@/lib/aws/tables";
import { deleteItem, putItem, type WriteItem } from "@/lib/aws/transact";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import type { ProviderId } from "@/lib/providers/schema";
import type { SwapVersions } from "./secret-repository";

const table = () => env().MODEL_MANAGEMENT_TABLE;
const intents = "key-intents";
const keyOf = (event: { event_id: string }): RawItem => ({
  pk: text(intents),
  sk: text(event.event_id),
});

/** A change of the secret that has begun and is not known to have ended. */
export type KeyIntent = {
  event: Pick<ActivityEvent, "event_id" | "at" | "entity">;
  provider: ProviderId;
  /** The fingerprint of the value that is being written. */
  fingerprint: string;
  /** The versions of the secret that were read and written; null before anything was written. */
  versions: SwapVersions | null;
};

/** Part of the transaction that writes the event of the intent. */
export function createIntent({ event, provider, fingerprint }: KeyIntent): WriteItem {
  const item: RawItem = {
    ...keyOf(event),
    at: text(event.at),
    provider: text(provider),
    fingerprint: text(fingerprint),
  };
  return putItem(
    table(),
    item,
    {},
    () => new AppError("conflict", "The intent could not be kept."),
  );
}

/**
 * Notes which version is about to become AWSCURRENT, so that a crash can be told apart later.
 * @throws AppError `conflict` when the intent has been settled by another copy of the app, which had
 *   to take this writer for dead: it must not go on
 */
export async function noteVersions(intent: KeyIntent, versions: SwapVersions): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: keyOf(intent.event),
    UpdateExpression: "SET read_version = :read, written_version = :written",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: { ":read": text(versions.read), ":written": text(versions.written) },
  });
  try {
    await dynamodb().send(command);
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
    const message = "Writing the secret took too long. Nothing was saved; try again.";
    throw new AppError("conflict", message, { cause: error });
  }
}

/** Part of the transaction that settles the event of the intent. */
export function removeIntent(intent: KeyIntent): WriteItem {
  return deleteItem(table(), keyOf(intent.event), {}, () => new AppError("conflict", "Settled."));
}

/** The writes of the secret that were begun and not yet ended, read consistently. */
export async function listIntents(): Promise<KeyIntent[]> {
  const query = queryAll({
    TableName: table(),
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": text(intents) },
    ConsistentRead: true,
  });
  return (await orWithoutTable(query, [])).map((item) => {
    // Only createIntent writes these rows.
    const provider = item.provider?.S as ProviderId;
    const [read, written] = [item.read_version?.S, item.written_version?.S];
    return {
      event: {
        event_id: item.sk?.S ?? "",
        at: item.at?.S ?? "",
        entity: { kind: "key", id: provider },
      },
      provider,
      fingerprint: item.fingerprint?.S ?? "",
      versions: read && written ? { read, written } : null,
    };
  });
}
