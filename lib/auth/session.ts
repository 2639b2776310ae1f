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

/** Cached for one page: its layout and several parts of it need the answer. */
const hasEnded = cache(isSessionEnded);

type OnUnknown = "allow" | "throw";

/**
 * The person of the session cookie, or null.
 * @param onUnknown if DynamoDB fails to say whether the session was ended: "allow" is for reading only,
 *   so that the console can show what is wrong with AWS; "throw" rethrows
 */
export async function currentUser(onUnknown: OnUnknown = "allow"): Promise<SignedIn | null> {
  const requestCookies = await cookies();
  const session = await readSession(requestCookies);
  if (session && !(await isEnded(session.id, onUnknown))) {
    return { name: session.name, role: session.role, subject: session.subject };
  }
  if (hasSessionCookie(requestCookies)) log("info", "A session cookie was not accepted");
  return null;
}

async function isEnded(id: string, onUnknown: OnUnknown): Promise<boolean> {
  try {
    return await hasEnded(id);
  } catch (error) {
    if (onUnknown === "throw") throw error;
    log("error", "Not known whether a session has ended", { failure: errorName(error) });
    return false;
  }
}

/** For pages: the signed-in person; others are sent to sign-in. Layouts protect nothing. */
export async function requireActor(): Promise<SignedIn> {
  const user = await currentUser();
  if (!user) redirect(pages.signIn());
  return user;
}

const maxRenewalSeconds = 5 * 60;

/**
 * When the browser of an active person should renew the session, in seconds from now, and then after
 * each renewal. Only next-auth's own session route renews the cookie.
 */
export async function sessionRenewal(): Promise<{ renewInSeconds: number; every: number }> {
  const every = Math.min(maxRenewalSeconds, Math.ceil(env().SESSION_IDLE_SECONDS / 3));
  const session = await readSession(await cookies());
  return { renewInSeconds: session ? session.renewedAt + every - nowInSeconds() : every, every };
}
