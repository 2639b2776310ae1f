import "server-only";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { env } from "@/lib/env";
import { errorName, log } from "@/lib/log";
import { pages } from "@/lib/paths";
import { isSessionEnded } from "@/lib/sessions/service";
import type { SignedIn } from "./actor";
import { hasSessionCookie, nowInSeconds, readSession } from "./session-token";

/** React keeps the answer for one page: its layout and its parts all ask. */
const hasEnded = cache(isSessionEnded);

type OnUnknown = "allow" | "throw";

/**
 * The person of the session cookie, or null.
 * @param onUnknown where DynamoDB does not say whether the session was signed out of: "allow" is for
 *   looking only, so that the console can show what is wrong with AWS; "throw" throws what it threw
 */
export async function currentUser(onUnknown: OnUnknown = "allow"): Promise<SignedIn | null> {
  const brought = await cookies();
  const session = await readSession(brought);
  if (session && !(await isOver(session.id, onUnknown))) {
    return { name: session.name, role: session.role, subject: session.subject };
  }
  if (hasSessionCookie(brought)) log("info", "A session cookie was not accepted");
  return null;
}

async function isOver(id: string, onUnknown: OnUnknown): Promise<boolean> {
  try {
    return await hasEnded(id);
  } catch (error) {
    if (onUnknown === "throw") throw error;
    log("error", "Not known whether a session has ended", { failure: errorName(error) });
    return false;
  }
}

/** For pages: the signed-in person; strangers go to sign-in. Layouts protect nothing. */
export async function requireActor(): Promise<SignedIn> {
  const user = await currentUser();
  if (!user) redirect(pages.signIn());
  return user;
}

const maxRenewalSeconds = 5 * 60;

/**
 * When the browser of somebody who is active should renew the session, in seconds: from now, and
 * after each renewal. Only next-auth's own session route renews the cookie.
 */
export async function sessionRenewal(): Promise<{ renewInSeconds: number; every: number }> {
  const every = Math.min(maxRenewalSeconds, Math.ceil(env().SESSION_IDLE_SECONDS / 3));
  const session = await readSession(await cookies());
  return { renewInSeconds: session ? session.renewedAt + every - nowInSeconds() : every, every };
}
