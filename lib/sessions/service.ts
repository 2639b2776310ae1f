import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import { changeEvent } from "@/lib/activity/service";
import type { Actor } from "@/lib/auth/actor";
import { stringAttribute } from "@/lib/aws/attributes";
import { transact } from "@/lib/aws/transact";
import { createSessionEnd, findSessionEnd } from "./repository";

/** `expiresAt` (seconds since 1970) is when the session expires, however active the person is. */
type SessionRef = { id: string; expiresAt: number };

/**
 * Whether a session was ended before it expired.
 * @throws DynamoDB's error, a TimeoutError after 5 s
 */
export function isSessionEnded(id: string): Promise<boolean> {
  return inTime(findSessionEnd(id));
}

/**
 * Ends a session for every copy of its cookie, on every copy of the console immediately.
 * @param method such as "signed out"
 * @throws DynamoDB's error, a TimeoutError after 5 s
 */
export function endSession(actor: Actor, session: SessionRef, method: string): Promise<void> {
  return inTime(recordSessionEnd(actor, session, method));
}

async function recordSessionEnd(actor: Actor, session: SessionRef, method: string): Promise<void> {
  const event = await changeEvent(actor, {
    action: "sign_in.ended",
    entity: { kind: "sign_in", id: actor.subject },
    before: null,
    after: { detail: stringAttribute(method) },
  });
  try {
    await transact([createSessionEnd(session.id, session.expiresAt), event]);
  } catch (error) {
    // If two windows sign out at the same time, both succeed; Activity shows one event.
    if (!(await findSessionEnd(session.id))) throw error;
  }
}

/**
 * How long a request of a signed-in person, or signing out, waits for DynamoDB at most, in
 * milliseconds.
 */
const timeoutMs = 5_000;

/** The work's result within 5 seconds; the work itself continues. @throws a TimeoutError */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  const watch = new AbortController();
  const timedOut = delay(timeoutMs, undefined, { signal: watch.signal }).then(() => {
    throw new DOMException("DynamoDB did not answer in time.", "TimeoutError");
  });
  try {
    return await Promise.race([work, timedOut]);
  } finally {
    watch.abort();
  }
}
