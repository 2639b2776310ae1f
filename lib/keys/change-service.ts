import { formatProviderName } from "@/lib/format";
import "server-only";
import { startEvent } from "@/lib/activity/service";
import { anySignal } from "@/lib/any-signal";
import type { Actor } from "@/lib/auth/actor";
import { stringAttribute } from "@/lib/aws/attributes";
import { withDeadline, withSignal } from "@/lib/aws/deadline";
import { explainAwsFailure } from "@/lib/aws/failures";
import { AppError } from "@/lib/errors";
import { type ProviderId, providerInfo } from "@/lib/providers/schema";
import { createIntent, type KeyIntent, recordVersions } from "./intents-repository";
import { withSecretLease } from "./lease-repository";
import type { KeyNote } from "./notes-repository";
import { recoverKeys, settleAbandonedIntents, settleIntent } from "./recovery-service";
import {
  fingerprint,
  lastFour,
  type StoredKey,
  secretChanges,
  storedKey,
  toProviderKey,
} from "./rules/state";
import type { ChangedKey, KeyUpdate } from "./schema";
import {
  MoveUnknown,
  readSecret,
  type SecretVersion,
  secretNotFound,
  swapSecret,
} from "./secret-repository";
import { type KeyTestResult, verifyReceipt } from "./verify-service";

type KeyAction = "key.update" | "key.generate" | "key.delete" | "key.rollback" | "key.repair";
type UpdateAction = "key.update" | "key.generate";
type Target = {
  action: KeyAction;
  next: StoredKey | null;
  /** The fingerprint of the only value that may be replaced; any value if absent. */
  replaces?: string;
  expires_at?: string | null;
  /** The result of testing the value before it was saved. */
  tried?: KeyTestResult | null;
};

/** Decides what to write, from the secret's current version. */
export type Decide = (secret: SecretVersion) => Promise<Target>;

/** From the call to the last step of the write in milliseconds, waiting for other writers included. */
const deadlineMs = 15_000;
/** For writing the history and the note, whether or not the key was saved, in milliseconds. */
const settleMs = 5_000;

/** `signal` aborts when the caller disconnects. A change that isn't written yet is then dropped. */
export type KeyChangeOptions = { signal?: AbortSignal };

/** Saves a key without calling the provider. @throws AppError `setup_incomplete`, `conflict` */
export function updateKey(
  actor: Actor,
  id: ProviderId,
  { api_key, expires_at, receipt }: KeyUpdate,
  { action = "key.update", ...options }: KeyChangeOptions & { action?: UpdateAction } = {},
): Promise<ChangedKey> {
  const decide: Decide = async () => ({
    action,
    next: withAuthor(actor, api_key),
    expires_at,
    tried: receipt === undefined ? null : verifyReceipt(id, api_key, receipt),
  });
  return changeKey(actor, id, decide, options);
}

/** Removes a key and its dates. @throws AppError `not_found` (no key there) */
export function removeKey(
  actor: Actor,
  id: ProviderId,
  options: KeyChangeOptions = {},
): Promise<ChangedKey> {
  const decide: Decide = async (secret) => {
    if (storedKey(id, secret.values)) return { action: "key.delete", next: null };
    throw new AppError("not_found", `No key of ${formatProviderName(id)} is stored.`);
  };
  return changeKey(actor, id, decide, options);
}

export function withAuthor(actor: Actor, value: string): StoredKey {
  return { value, updatedAt: new Date().toISOString(), updatedBy: actor.name };
}

/**
 * Stores the intent, swaps the secret, settles the intent. After a crash, the intent allows
 * recovery. Ends within the deadline, even if others are writing or AWS doesn't answer.
 * @throws AppError `aws_unavailable` with `saved`: "no" or "unknown"
 */
export async function changeKey(
  actor: Actor,
  id: ProviderId,
  decide: Decide,
  { signal }: KeyChangeOptions = {},
): Promise<ChangedKey> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const until = signal ? anySignal(deadline, signal) : deadline;
  const change = () => withSecretLease(() => writeKey(actor, id, decide), until);
  try {
    return await withSignal(until, change);
  } catch (error) {
    throw until.aborted && !(error instanceof AppError) ? endedBy(until, signal) : notSaved(error);
  }
}

function endedBy(until: AbortSignal, caller: AbortSignal | undefined): AppError {
  const why = caller?.aborted
    ? "The request was stopped before the key was written."
    : `The secret couldn't be written within ${deadlineMs / 1000} seconds: AWS doesn't answer, or others are writing it.`;
  const message = `${why} Nothing was saved. Try again.`;
  return new AppError("aws_unavailable", message, { cause: until.reason, extra: { saved: "no" } });
}

/** For errors before the last step of the swap. That step itself reports an unknown outcome. */
function notSaved(error: unknown): unknown {
  const explained = explainAwsFailure(error, "Nothing was saved. Try again.");
  if (explained?.code !== "aws_unavailable") return error;
  return new AppError("aws_unavailable", explained.message, {
    cause: error,
    extra: { saved: "no" },
  });
}

async function writeKey(actor: Actor, id: ProviderId, decide: Decide): Promise<ChangedKey> {
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
    const isKnown = !(error instanceof MoveUnknown);
    if (isKnown) await settle(intent, "refused", null).catch(completeLater);
    throw error;
  });
  const note = noteOf(target, versions.written);
  const settled = settle({ ...intent, versions }, "done", note);
  const canRollBack = await settled.catch(() => completeLater());
  const { event_id } = intent.event;
  return { ...toProviderKey(id, target.next, note, canRollBack), event_id };
}

/** The write itself stands. Recovery completes its history, now or at the next change. */
function completeLater(): false {
  void recoverKeys().catch(() => {});
  return false;
}

const settle = (...settled: Parameters<typeof settleIntent>) =>
  withDeadline(settleMs, () => settleIntent(...settled));

/** Another writer may have changed the key since the decision. */
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
