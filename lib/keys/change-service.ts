import { formatProviderName } from "@/lib/format";
import "server-only";
import { startEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { stringAttribute } from "@/lib/aws/attributes";
import { AppError } from "@/lib/errors";
import { type ProviderId, providerInfo } from "@/lib/providers/schema";
import { createIntent, type KeyIntent, recordVersions } from "./intents-repository";
import { withSecretLease } from "./lease-repository";
import type { KeyNote } from "./notes-repository";
import { settleAbandonedIntents, settleIntent } from "./recovery-service";
import {
  fingerprint,
  lastFour,
  type StoredKey,
  secretChanges,
  storedKey,
  toProviderKey,
} from "./rules/state";
import type { ChangedKey, KeyUpdate } from "./schema";
import { readSecret, type SecretVersion, secretNotFound, swapSecret } from "./secret-repository";
import { type KeyTestResult, verifyReceipt } from "./verify-service";

type KeyAction = "key.update" | "key.generate" | "key.delete" | "key.rollback" | "key.repair";
type Target = {
  action: KeyAction;
  next: StoredKey | null;
  /** The fingerprint of the only value that it may replace; any value if absent. */
  replaces?: string;
  expires_at?: string | null;
  /** The result of testing the value before it was saved. */
  tried?: KeyTestResult | null;
};

/** Saves a key without calling the provider. @throws AppError `setup_incomplete`, `conflict` */
export function updateKey(
  actor: Actor,
  id: ProviderId,
  { api_key, expires_at, receipt }: KeyUpdate,
  action: "key.update" | "key.generate" = "key.update",
): Promise<ChangedKey> {
  return changeKey(actor, id, async () => ({
    action,
    next: withAuthor(actor, api_key),
    expires_at,
    tried: receipt === undefined ? null : verifyReceipt(id, api_key, receipt),
  }));
}

/** Removes a key and its dates. @throws AppError `not_found` (no key there) */
export function removeKey(actor: Actor, id: ProviderId): Promise<ChangedKey> {
  return changeKey(actor, id, async (secret) => {
    if (storedKey(id, secret.values)) return { action: "key.delete", next: null };
    throw new AppError("not_found", `No key of ${formatProviderName(id)} is stored.`);
  });
}

export function withAuthor(actor: Actor, value: string): StoredKey {
  return { value, updatedAt: new Date().toISOString(), updatedBy: actor.name };
}

/** Stores the intent, swaps, settles. A crash in between is recovered from the intent. */
export function changeKey(
  actor: Actor,
  id: ProviderId,
  decide: (secret: SecretVersion) => Promise<Target>,
): Promise<ChangedKey> {
  return withSecretLease(async () => {
    await settleAbandonedIntents();
    const secret = await readSecret();
    if (!secret) throw secretNotFound();
    const target = await decide(secret);
    const intent = await startIntent(actor, id, secret, target);
    const versions = await swapSecret(
      (values) => {
        assertReplaceable(id, target, values);
        return secretChanges(providerInfo(id), target.next);
      },
      (pending) => recordVersions(intent, pending),
    ).catch(async (error) => {
      if (error instanceof AppError) await settleIntent(intent, "refused", null);
      throw error;
    });
    const note = noteOf(target, versions.written);
    const canRollBack = await settleIntent({ ...intent, versions }, "done", note);
    const { event_id } = intent.event;
    return { ...toProviderKey(id, target.next, note, canRollBack), event_id };
  });
}

/** Another writer may have changed the key since it was decided on. */
function assertReplaceable(
  id: ProviderId,
  { replaces }: Target,
  values: Record<string, unknown>,
): void {
  const stored = storedKey(id, values);
  if (replaces === undefined || fingerprint(stored) === replaces) return;
  const message = `Something else changed the key of ${formatProviderName(id)} meanwhile. Nothing was changed.`;
  throw new AppError("conflict", message, { current: toProviderKey(id, stored, undefined) });
}

async function startIntent(actor: Actor, id: ProviderId, secret: SecretVersion, target: Target) {
  const previous = storedKey(id, secret.values);
  const intent: Omit<KeyIntent, "event"> = {
    provider: id,
    fingerprint: fingerprint(target.next),
    versions: null,
  };
  const change = {
    action: target.action,
    entity: { kind: "key", id },
    before: previous && { last_four: stringAttribute(lastFour(previous.value) ?? "") },
    after: target.next && { last_four: stringAttribute(lastFour(target.next.value) ?? "") },
  } as const;
  const event = await startEvent(actor, change, (started) => [
    createIntent({ ...intent, event: started }),
  ]);
  return { ...intent, event };
}

function noteOf({ next, expires_at = null, tried }: Target, version_id: string): KeyNote {
  const mark = fingerprint(next);
  const at = next?.updatedAt ?? new Date().toISOString();
  const { status = "stored", checked_at = null } = tried ?? {};
  return {
    checked: next && { fingerprint: mark, status, expires_at, checked_at },
    written: { fingerprint: mark, at, version_id },
  };
}
