import "server-only";
import type { ActivityEvent } from "@/lib/activity/schema";
import { findLatestEvent, getEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { AppError } from "@/lib/errors";
import { formatProviderName, formatUtcMinute } from "@/lib/format";
import { type ProviderId, providerInfo } from "@/lib/providers/schema";
import { changeKey, type Decide, type KeyChangeOptions, withAuthor } from "./change-service";
import { listKeyNotes } from "./notes-repository";
import { fingerprint, lastFour, storedKey, toProviderKey } from "./rules/state";
import type { ChangedKey, KeyRollback } from "./schema";
import { previousStage, readVersion, type SecretVersion } from "./secret-repository";

/**
 * Restores this key's previous value. Repeating it swaps the two values again.
 * @param event_id the change to roll back; the last one by default
 * @throws AppError `not_found` without a previous value; `conflict` if the key changed after the event
 */
export function rollbackKey(
  actor: Actor,
  id: ProviderId,
  { event_id }: KeyRollback = {},
  options: KeyChangeOptions = {},
): Promise<ChangedKey> {
  const decide: Decide = async (secret) => {
    const { name, secret_key_name } = providerInfo(id);
    if (event_id !== undefined) await assertLastChange(id, event_id, secret);
    const version = await readVersion({ VersionStage: previousStage(secret_key_name) });
    const former = version && storedKey(id, version.values);
    if (!former) throw new AppError("not_found", `No earlier key of ${name} is kept.`);
    const replaces = fingerprint(storedKey(id, secret.values));
    return { action: "key.rollback", next: withAuthor(actor, former.value), replaces };
  };
  return changeKey(actor, id, decide, options);
}

/**
 * Writes the value that the console wrote last, after someone overwrote it.
 * @throws AppError `not_found` if that value no longer exists; `conflict` if nothing was overwritten
 */
export function repairKey(
  actor: Actor,
  id: ProviderId,
  options: KeyChangeOptions = {},
): Promise<ChangedKey> {
  const decide: Decide = async (secret) => {
    const note = (await listKeyNotes()).get(id);
    const stored = storedKey(id, secret.values);
    const current = toProviderKey(id, stored, note);
    if (current.overwritten_since === null) {
      const message = `The key of ${formatProviderName(id)} is not overwritten any more. Nothing was changed.`;
      throw new AppError("conflict", message, { current });
    }
    const written = note?.written;
    const version = written && (await readVersion({ VersionId: written.version_id }));
    const former = version && storedKey(id, version.values);
    if (!written || (!former && written.fingerprint !== fingerprint(null))) {
      const message = `The key of ${formatProviderName(id)} that was saved here is not kept any more. Paste it again.`;
      throw new AppError("not_found", message);
    }
    const next = former ? withAuthor(actor, former.value) : null;
    return { action: "key.repair", next, replaces: fingerprint(stored) };
  };
  return changeKey(actor, id, decide, options);
}

/** @throws AppError `conflict` that says what changed the key after the event */
async function assertLastChange(
  id: ProviderId,
  eventId: string,
  { values }: SecretVersion,
): Promise<void> {
  const entity = { kind: "key", id } as const;
  await getEvent(entity, eventId);
  const stored = storedKey(id, values);
  const note = (await listKeyNotes()).get(id);
  const last = await findLatestEvent(entity, ({ outcome }) => outcome === "done");
  const isForeign = note?.written && note.written.fingerprint !== fingerprint(stored);
  if (!isForeign && last?.event_id === eventId) return;
  const tail = lastFour(stored?.value ?? "");
  const value = stored ? (tail ? `…${tail}` : "another value") : null;
  const change = isForeign || !last ? describeForeignChange(value) : describeChange(last, value);
  const message = `The key of ${formatProviderName(id)} has changed since: ${change}. Nothing was rolled back.`;
  throw new AppError("conflict", message, { current: toProviderKey(id, stored, note) });
}

function describeForeignChange(value: string | null): string {
  return `something outside the console ${value ? `wrote ${value}` : "removed it"}`;
}

function describeChange({ actor, action, at }: ActivityEvent, value: string | null): string {
  const verbs: Record<string, string> = {
    "key.generate": "generated a token,",
    "key.rollback": "rolled it back to",
    "key.repair": "repaired it to",
  };
  const change = value ? `${verbs[action] ?? "saved"} ${value}` : "removed it";
  return `${actor} ${change} on ${formatUtcMinute(at)}`;
}
