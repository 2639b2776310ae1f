import "server-only";
import { randomBytes } from "node:crypto";
import type { CookiesOptions } from "next-auth";
import {
  decode,
  encode,
  getToken,
  type JWT,
  type JWTDecodeParams,
  type JWTEncodeParams,
} from "next-auth/jwt";
import { consoleIdentity, env } from "@/lib/env";
import { type Role, roles } from "./actor";

declare module "next-auth/jwt" {
  interface JWT {
    role?: Role;
    /** Seconds since 1970. */
    signed_in_at?: number;
    /** Identical in every cookie of the session. */
    session_id?: string;
    /** The console that created the session (`consoleIdentity`). */
    address?: string;
    environment?: string;
  }
}

/**
 * The person of a session. Times are in seconds since 1970. The session ends at `expiresAt` at the
 * latest, however active the person is.
 */
export type Session = {
  id: string;
  name: string;
  role: Role;
  subject: string;
  renewedAt: number;
  expiresAt: number;
};

export const newSessionId = () => randomBytes(16).toString("hex");

export const nowInSeconds = () => Math.floor(Date.now() / 1000);

/**
 * For next-auth. Binds the session to this console; it ends after the idle time, or at the latest
 * after the maximum time since sign-in.
 */
export function encodeSession(params: JWTEncodeParams): Promise<string> {
  const { SESSION_IDLE_SECONDS, SESSION_MAX_SECONDS } = env();
  const startedAt = params.token?.signed_in_at ?? nowInSeconds();
  const secondsLeft = startedAt + SESSION_MAX_SECONDS - nowInSeconds();
  const token = { ...params.token, ...consoleIdentity() };
  return encode({ ...params, token, maxAge: Math.min(SESSION_IDLE_SECONDS, secondsLeft) });
}

/**
 * For next-auth. Null if the token is forged, expired, or signed with another secret or for another
 * console. next-auth's own decode tolerates 15 s more.
 */
export async function decodeSession(params: JWTDecodeParams) {
  const token = await decode(params).catch(() => null);
  const { address, environment } = consoleIdentity();
  if (token?.address !== address || token.environment !== environment) return null;
  if (typeof token.exp !== "number" || typeof token.signed_in_at !== "number") return null;
  const endsAt = Math.min(token.exp, token.signed_in_at + env().SESSION_MAX_SECONDS);
  return nowInSeconds() < endsAt ? token : null;
}

const isSecure = () => env().NEXTAUTH_URL.startsWith("https:");
const cookieName = (name: string) => `${isSecure() ? "__Host-" : ""}next-auth.${name}`;

/** next-auth's cookies. Under https the browser binds all of them to this host. */
export function sessionCookies(): Partial<CookiesOptions> {
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure() } as const;
  const minutes = 15;
  const named = (name: string) => ({ name: cookieName(name), options });
  const brief = (name: string) => ({
    name: cookieName(name),
    options: { ...options, maxAge: minutes * 60 },
  });
  return {
    sessionToken: named("session-token"),
    callbackUrl: named("callback-url"),
    csrfToken: named("csrf-token"),
    pkceCodeVerifier: brief("pkce.code_verifier"),
    state: brief("state"),
    nonce: brief("nonce"),
  };
}

type Cookies = { getAll(): { name: string; value: string }[] };

/** Whether the request has a session cookie, valid or not. */
export function hasSessionCookie(cookies: Cookies): boolean {
  return cookies.getAll().some(({ name }) => name.startsWith(cookieName("session-token")));
}

/** The session in a request's cookies; null if none is valid. Its person may have signed out since. */
export async function readSession(cookies: Cookies): Promise<Session | null> {
  // getToken reads only these two members; without headers, no bearer token counts as a session.
  const req = { cookies, headers: {} } as unknown as Parameters<typeof getToken>[0]["req"];
  const token = await getToken({
    req,
    cookieName: cookieName("session-token"),
    secret: env().NEXTAUTH_SECRET,
    decode: decodeSession,
  });
  return token && sessionFromToken(token);
}

/** The session of a decoded token; null without a user or an ID. */
function sessionFromToken(token: JWT): Session | null {
  const { name, sub: subject, signed_in_at = 0, session_id: id } = token;
  const role = roles.find((roleName) => roleName === token.role);
  if (!name || !subject || !role || !id) return null;
  const expiresAt = signed_in_at + env().SESSION_MAX_SECONDS;
  return { id, name, role, subject, renewedAt: Number(token.iat), expiresAt };
}
