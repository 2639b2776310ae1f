import "server-only";
import { settleEvent } from "@/lib/activity/service";
import { withSignal } from "@/lib/aws/deadline";
import { transact } from "@/lib/aws/transact";
import { providerInfo } from "@/lib/providers/schema";
import { type KeyIntent, listIntents, removeIntent } from "./intents-repository";
import { withSecretLease } from "./lease-repository";
import { type KeyNote, replaceKeyNote } from "./notes-repository";
import { fingerprint, storedKey } from "./rules/state";
import { moveStage, previousStage, readSecret, readStages, readVersion } from "./secret-repository";

type Outcome = "done" | "refused" | "unknown";

/**
 * Settles an intent: stores the previous value for rollback and records the outcome.
 * @param note the key's new note; null leaves the old one
 * @returns whether there is a previous value to roll back to
 */
export async function settleIntent(
  intent: KeyIntent,
  outcome: Outcome,
  note: KeyNote | null,
): Promise<boolean> {
  const hasPrevious =
    outcome === "done" && intent.versions
      ? await savePreviousValue(intent, intent.versions.read)
      : false;
  await transact([
    settleEvent(intent.event, outcome),
    removeIntent(intent),
    ...(note ? [replaceKeyNote(intent.provider, note)] : []),
  ]);
  return hasPrevious;
}

/** Returns false, without moving a stage, if there was no previous value. */
async function savePreviousValue({ provider }: KeyIntent, read: string): Promise<boolean> {
  const version = await readVersion({ VersionId: read });
  if (!version || !storedKey(provider, version.values)) return false;
  return moveStage(previousStage(providerInfo(provider).secret_key_name), read);
}

/**
 * Settles changes whose writer crashed. Call only while holding the lease: no other writer can be
 * active then.
 */
export async function settleAbandonedIntents(): Promise<void> {
  for (const intent of await listIntents()) {
    const outcome = await outcomeOf(intent);
    await settleIntent(intent, outcome, outcome === "done" ? await recoveredNote(intent) : null);
  }
}

const recoveryMs = 60_000;

/** As above, outside a change. Waits until the lease of a crashed copy expires. */
export function recoverKeys(): Promise<void> {
  const until = AbortSignal.timeout(recoveryMs);
  return withSignal(until, async () => {
    if ((await listIntents()).length > 0) await withSecretLease(settleAbandonedIntents, until);
  });
}

async function outcomeOf({ provider, versions, fingerprint: mark }: KeyIntent): Promise<Outcome> {
  if (!versions) return "refused";
  const stages = await readStages();
  const on = (stage: string) => stages.get(stage);
  if (on("AWSCURRENT") === versions.written || on("AWSPREVIOUS") === versions.written)
    return "done";
  // One later write by someone else makes the version that was read AWSPREVIOUS.
  if (on("AWSCURRENT") === versions.read || on("AWSPREVIOUS") === versions.read) return "refused";
  const secret = await readSecret();
  if (secret && fingerprint(storedKey(provider, secret.values)) === mark) return "done";
  // After two later writes it's unknown whether our version was ever current.
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
