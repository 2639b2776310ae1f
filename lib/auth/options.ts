import "server-only";
import type { AuthOptions, DefaultSession, LoggerInstance, User } from "next-auth";
import { consoleSecret, env } from "@/lib/env";
import { log } from "@/lib/log";
import { ownPath, pages } from "@/lib/paths";
import type { Role } from "./actor";
import { recordRefusal, recordSignIn } from "./audit";
import { localProviderId, localSignIn } from "./local";
import { oidcProviderId, oidcSignIn, roleSettings } from "./oidc";
import { sealSignInRefusal } from "./refusal";
import { type Claims, claimValues } from "./role-claim";
import {
  decodeSession,
  encodeSession,
  newSessionId,
  nowInSeconds,
  sessionCookies,
} from "./session-token";
import { endRequestSession, isRequestSessionEnded } from "./sign-out";

declare module "next-auth" {
  interface Session {
    user?: DefaultSession["user"] & { role?: Role; subject?: string };
  }
  interface User {
    role?: Role;
  }
}

/**
 * Admits users who have a role. Others get no session, but a page that names the claim that was
 * read.
 */
async function authorizeSignIn(user: User, claims: Claims): Promise<true | string> {
  if (user.role) return true;
  const { claim } = roleSettings();
  const claimed = claimValues(claims, claim);
  const name = user.name ?? user.id;
  const reason = claimed
    ? `No value of the claim "${claim}" gives a role.`
    : `There is no claim "${claim}".`;
  await recordRefusal({ subject: user.id, name, method: "oidc", reason });
  return pages.refused(await sealSignInRefusal({ name, found: claimed }));
}

const newSession = ({ id, name, role }: User) => ({
  sub: id,
  name,
  role,
  signed_in_at: nowInSeconds(),
  session_id: newSessionId(),
});

export const isOwnAddress = (address: string) => ownPath(address, env().NEXTAUTH_URL) !== null;

/** Restricts next-auth's redirects to our own pages. */
export function ownAddress(address: string): string {
  const { NEXTAUTH_URL } = env();
  return new URL(ownPath(address, NEXTAUTH_URL) ?? pages.home(), NEXTAUTH_URL).href;
}

let options: AuthOptions | undefined;

/** next-auth's options, created on first use: a build has no configuration. */
export function authOptions(): AuthOptions {
  options ??= {
    // Signs the form tokens. Sessions are bound to the console by their own claims.
    secret: consoleSecret(),
    session: { strategy: "jwt", maxAge: env().SESSION_IDLE_SECONDS },
    jwt: { secret: env().NEXTAUTH_SECRET, encode: encodeSession, decode: decodeSession },
    cookies: sessionCookies(),
    // Our content security policy blocks the scripts and styles of next-auth's own pages.
    pages: { signIn: pages.signIn(), error: pages.signIn(), signOut: pages.home() },
    logger: signInLog,
    providers: [...oidcSignIn(), ...localSignIn()],
    callbacks: {
      signIn: ({ user, profile }) => authorizeSignIn(user, { ...profile }),
      redirect: ({ url }) => ownAddress(url),
      // The provider's tokens and claims are not stored.
      jwt: ({ token, user }) => (user ? newSession(user) : token),
      session: ({ session, token }) => ({
        ...session,
        user: { name: token.name, role: token.role, subject: token.sub },
      }),
    },
    events: {
      signIn: async ({ user, account }) => {
        const { id: subject, role } = user;
        const method = account?.provider === oidcProviderId ? "oidc" : localProviderId;
        if (!role) return;
        await endRequestSession("signed in again, which ended the session before");
        await recordSignIn({ subject, name: user.name ?? subject, method, role });
      },
      signOut: () => endRequestSession("signed out"),
    },
  };
  return options;
}

/**
 * The options for next-auth's session route, which renews the cookie, or removes the cookie of an ended
 * session.
 * @throws DynamoDB's error; the cookie then stays unchanged
 */
export async function renewalOptions(): Promise<AuthOptions> {
  const options = authOptions();
  if (!(await isRequestSessionEnded())) return options;
  return { ...options, jwt: { ...options.jwt, decode: async () => null } };
}

/** The configured ways to sign in. */
export function signInMethods(): { oidc: boolean; local: boolean } {
  return { oidc: oidcSignIn().length > 0, local: localSignIn().length > 0 };
}

const maxCharacters = 300;

/** Browsers send an expired or forged cookie with each request, so it isn't logged as an error. */
const expected = new Set(["JWT_SESSION_ERROR"]);

/** Writes next-auth's messages to our log: the error's name and message, never tokens or profiles. */
const signInLog: Partial<LoggerInstance> = {
  error: (code: string, metadata: unknown) => {
    if (expected.has(code)) return log("info", "A session cookie was not accepted");
    const error = errorIn(metadata);
    log("error", "Sign-in failed", {
      code,
      name: error?.name ?? null,
      reason: error?.message.slice(0, maxCharacters) ?? null,
    });
  },
  warn: (code: string) => log("info", "A notice of next-auth", { code }),
  debug: () => undefined,
};

function errorIn(metadata: unknown): Error | null {
  if (metadata instanceof Error) return metadata;
  const inner =
    typeof metadata === "object" && metadata && "error" in metadata ? metadata.error : null;
  return inner instanceof Error ? inner : null;
}
