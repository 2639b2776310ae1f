import "server-only";
import { randomUUID } from "node:crypto";
import { cookies } from "next/headers";
import { errorName, log } from "@/lib/log";
import { endSession, isSessionEnded } from "@/lib/sessions/service";
import { readSession } from "./session-token";

const requestSession = async () => readSession(await cookies());

/**
 * Ends the session whose cookie came with this request. Where that cannot be noted the log says so
 * and it goes on: nobody is kept from leaving, or from signing in, because DynamoDB is in trouble.
 * @param how in words, for Activity
 */
export async function endRequestSession(how: string): Promise<void> {
  const session = await requestSession();
  if (!session) return;
  const { name, role, subject } = session;
  const requestId = randomUUID();
  const fields = { request_id: requestId, subject, name };
  try {
    await endSession({ name, role, subject, requestId }, session, how);
    log("info", "Session ended", { ...fields, how });
  } catch (error) {
    log("error", "A session could not be ended", { ...fields, failure: errorName(error) });
  }
}

/**
 * Whether the session whose cookie came with this request has been ended; without one there is none.
 * @throws what DynamoDB throws when it does not say
 */
export async function isRequestSessionEnded(): Promise<boolean> {
  const session = await requestSession();
  return session !== null && isSessionEnded(session.id);
}

/** After signing out: whether no copy of the cookie works any more, as far as is known. */
export async function isFullySignedOut(): Promise<boolean> {
  const session = await requestSession();
  return session === null || isSessionEnded(session.id).catch(() => false);
}
