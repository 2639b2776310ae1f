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

/** Cached for one request: the layout and several parts of the page need the result. */
const hasEnded = cache(isSessionEnded);

type OnUnknown = "allow" | "throw";

/**
 * The person of the session cookie, or null.
 * @param onUnknown what to do if DynamoDB can't be read: "allow" is for reading only,
 *   so that the console can show the AWS failure; "throw" rethrows
 */
export async function currentUser(onUnknown: OnUnknown = "allow"): Promise<SignedIn | null> {
  const caller = await currentCaller(onUnknown);
  return caller && (await caller.isSignedIn) ? caller.user : null;
}

/** The person of a valid session cookie. `isSignedIn` resolves to false if the session was ended. */
export type Caller = { user: SignedIn; isSignedIn: Promise<boolean> };

/** As above, without waiting for DynamoDB to report whether the session was ended. */
export async function currentCaller(onUnknown: OnUnknown): Promise<Caller | null> {
  const requestCookies = await cookies();
  const session = await readSession(requestCookies);
  if (!session) {
    if (hasSessionCookie(requestCookies)) logRefused();
    return null;
  }
  const isSignedIn = isEnded(session.id, onUnknown).then((ended) => {
    if (ended) logRefused();
    return !ended;
  });
  // The promise is awaited later, after other reads.
  isSignedIn.catch(() => {});
  return { user: { name: session.name, role: session.role, subject: session.subject }, isSignedIn };
}

const logRefused = () => log("info", "A session cookie was not accepted");

async function isEnded(id: string, onUnknown: OnUnknown): Promise<boolean> {
  try {
    return await hasEnded(id);
  } catch (error) {
    if (onUnknown === "throw") throw error;
    log("error", "Not known whether a session has ended", { failure: errorName(error) });
    return false;
  }
}

/** For pages: the signed-in person. Anyone else is redirected to sign-in. Layouts protect nothing. */
export async function requireActor(): Promise<SignedIn> {
  const user = await currentUser();
  if (!user) redirect(pages.signIn());
  return user;
}

const maxRenewalSeconds = 5 * 60;

/**
 * When the browser of an active person should renew the session, in seconds from now, and the
 * interval after that. Only next-auth's session route renews the cookie.
 */
export async function sessionRenewal(): Promise<{ renewInSeconds: number; every: number }> {
  const every = Math.min(maxRenewalSeconds, Math.ceil(env().SESSION_IDLE_SECONDS / 3));
  const session = await readSession(await cookies());
  return { renewInSeconds: session ? session.renewedAt + every - nowInSeconds() : every, every };
}
