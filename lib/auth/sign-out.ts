import "server-only";
import { randomUUID } from "node:crypto";
import { cookies } from "next/headers";
import { errorName, log } from "@/lib/log";
import { endSession, isSessionEnded } from "@/lib/sessions/service";
import { readSession } from "./session-token";

const requestSession = async () => readSession(await cookies());

/**
 * Ends the session of this request's cookie. A failure to record that is logged only: people can sign
 * out and in while DynamoDB fails.
 * @param method for Activity, such as "signed out"
 */
export async function endRequestSession(method: string): Promise<void> {
  const session = await requestSession();
  if (!session) return;
  const { name, role, subject } = session;
  const requestId = randomUUID();
  const fields = { request_id: requestId, subject, name };
  try {
    await endSession({ name, role, subject, requestId }, session, method);
    log("info", "Session ended", { ...fields, how: method });
  } catch (error) {
    log("error", "A session could not be ended", { ...fields, failure: errorName(error) });
  }
}

/**
 * Whether the session of this request's cookie has been ended; false without a session.
 * @throws DynamoDB's error
 */
export async function isRequestSessionEnded(): Promise<boolean> {
  const session = await requestSession();
  return session !== null && isSessionEnded(session.id);
}

/** Whether every copy of the signed-out cookie is known to be invalid. */
export async function isFullySignedOut(): Promise<boolean> {
  const session = await requestSession();
  return session === null || isSessionEnded(session.id).catch(() => false);
}
