import "server-only";
import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { ActivityEvent } from "@/lib/activity/schema";
import { stringAttribute } from "@/lib/aws/attributes";
import { dynamodb } from "@/lib/aws/clients";
import { listNotedRows, managementKey, managementTable as table } from "@/lib/aws/management-table";
import { field, rowCodec } from "@/lib/aws/row-codec";
import { isConditionFailed } from "@/lib/aws/tables";
import { deleteItem, putItem, type WriteItem } from "@/lib/aws/transact";
import { AppError } from "@/lib/errors";
import type { ProviderId } from "@/lib/providers/schema";
import type { SwapVersions } from "./secret-repository";

const intents = "key-intents";
const keyOf = (event: { event_id: string }) => managementKey(intents, event.event_id);

const intentRow = rowCodec({
  sk: field.text,
  at: field.text,
  // Only createIntent writes these rows.
  provider: field.trusted<ProviderId>(),
  fingerprint: field.text,
  read_version: field.optionalText,
  written_version: field.optionalText,
});

/** A change of the secret that was started and isn't settled. */
export type KeyIntent = {
  event: Pick<ActivityEvent, "event_id" | "at" | "entity">;
  provider: ProviderId;
  /** The fingerprint of the value being written. */
  fingerprint: string;
  /** The versions of the secret that were read and written; null before the write. */
  versions: SwapVersions | null;
};

/** Part of the transaction that writes the event of the intent. */
export function createIntent({ event, provider, fingerprint }: KeyIntent): WriteItem {
  const item = { ...keyOf(event), ...intentRow.encode({ at: event.at, provider, fingerprint }) };
  return putItem(
    table(),
    item,
    {},
    () => new AppError("conflict", "The intent could not be kept."),
  );
}

/**
 * Records the version about to become AWSCURRENT, for recovery after a crash.
 * @throws AppError `conflict` if another copy has settled this intent, assuming that
 *   its writer crashed
 */
export async function recordVersions(intent: KeyIntent, versions: SwapVersions): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table(),
    Key: keyOf(intent.event),
    UpdateExpression: "SET read_version = :read, written_version = :written",
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeValues: {
      ":read": stringAttribute(versions.read),
      ":written": stringAttribute(versions.written),
    },
  });
  try {
    await dynamodb().send(command);
  } catch (error) {
    if (!isConditionFailed(error)) throw error;
    const message = "Writing the secret took too long. Nothing was saved; try again.";
    throw new AppError("conflict", message, { cause: error });
  }
}

/** Part of the transaction that settles the event of the intent. */
export function removeIntent(intent: KeyIntent): WriteItem {
  return deleteItem(table(), keyOf(intent.event), {}, () => new AppError("conflict", "Settled."));
}

/** The unsettled writes of the secret, by a consistent read. */
export async function listIntents(): Promise<KeyIntent[]> {
  return (await listNotedRows(intents)).map((item) => {
    const { sk, at, provider, fingerprint, ...versions } = intentRow.decode(item);
    const [read, written] = [versions.read_version, versions.written_version];
    return {
      event: { event_id: sk, at, entity: { kind: "key", id: provider } },
      provider,
      fingerprint,
      versions: read && written ? { read, written } : null,
    };
  });
}
