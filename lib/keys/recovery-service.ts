import "server-only";
import { settled } from "@/lib/activity/service";
import { transact } from "@/lib/aws/transact";
import { providerInfo } from "@/lib/providers/schema";
import { type KeyIntent, listIntents, removeIntent } from "./intents-repository";
import { withSecretLease } from "./lease-repository";
import { type KeyNote, replaceKeyNote } from "./notes-repository";
import { fingerprint, storedKey } from "./rules/state";
import { moveStage, previousStage, readSecret, readStages, readVersion } from "./secret-repository";

type Outcome = "done" | "refused" | "unknown";

/**
 * Ends an intent: keeps the earlier value findable, and tells in one transaction what came of it.
 * @param note what is known of the key now; null leaves what was known
 * @returns false when the earlier value could not be kept: there is nothing to roll back to
 */
export async function settleIntent(
  intent: KeyIntent,
  outcome: Outcome,
  note: KeyNote | null,
): Promise<boolean> {
  const isKept =
    outcome === "done" && intent.versions
      ? await keepPreviousValue(intent, intent.versions.read)
      : false;
  await transact([
    settled(intent.event, outcome),
    removeIntent(intent),
    ...(note ? [replaceKeyNote(intent.provider, note)] : []),
  ]);
  return isKept;
}

/** Without an earlier value there is nothing to roll back to, and the stage stays where it was. */
async function keepPreviousValue({ provider }: KeyIntent, read: string): Promise<boolean> {
  const version = await readVersion({ VersionId: read });
  if (!version || !storedKey(provider, version.values)) return false;
  return moveStage(previousStage(providerInfo(provider).secret_key_name), read);
}

/**
 * Finds out what came of changes whose writer crashed, and settles them. Only the holder of the
 * lease asks: whatever is pending then has nobody who could still settle it.
 */
export async function settleAbandonedIntents(): Promise<void> {
  for (const intent of await listIntents()) {
    const outcome = await outcomeOf(intent);
    await settleIntent(intent, outcome, outcome === "done" ? await recoveredNote(intent) : null);
  }
}

/** The same for a server that has just started, as soon as the lease of the crashed one is over. */
export async function recoverKeys(): Promise<void> {
  if ((await listIntents()).length > 0) await withSecretLease(settleAbandonedIntents);
}

async function outcomeOf({ provider, versions, fingerprint: mark }: KeyIntent): Promise<Outcome> {
  if (!versions) return "refused";
  const stages = await readStages();
  const on = (stage: string) => stages.get(stage);
  if (on("AWSCURRENT") === versions.written || on("AWSPREVIOUS") === versions.written)
    return "done";
  // The first write since was somebody else's: it leaves the version that was read as AWSPREVIOUS.
  if (on("AWSCURRENT") === versions.read || on("AWSPREVIOUS") === versions.read) return "refused";
  const secret = await readSecret();
  if (secret && fingerprint(storedKey(provider, secret.values)) === mark) return "done";
  // Others have written twice since: their versions do not tell whether ours was between them.
  return "unknown";
}

async function recoveredNote({
  versions,
  fingerprint: mark,
  event,
}: KeyIntent): Promise<KeyNote | null> {
  if (!versions) return null;
  const checked = {
    fingerprint: mark,
    status: "stored",
    expires_at: null,
    checked_at: null,
  } as const;
  const at = mark.slice(0, mark.indexOf("#")) || event.at;
  return { checked, written: { fingerprint: mark, at, version_id: versions.written } };
}
