import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import type { AuthOptions, DefaultSession } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { env } from "@/lib/env";
import type { Role } from "./roles";

declare module "next-auth" {
  interface Session {
    user?: DefaultSession["user"] & { role?: Role };
  }
  interface User {
    role?: Role;
  }
}

declare module "next-auth/jwt" {
  interface JWT {
    role?: Role;
  }
}

const sessionSeconds = 8 * 60 * 60;

function sameToken(given: string, expected: string | undefined): boolean {
  const digest = (token: string) => createHash("sha256").update(token).digest();
  return expected !== undefined && timingSafeEqual(digest(given), digest(expected));
}

/** Sign-in by a token that only the loopback launchers put into the environment. */
function localSignIn() {
  const { LOCAL_ADMIN_TOKEN, LOCAL_VIEWER_TOKEN } = env();
  if (!LOCAL_ADMIN_TOKEN && !LOCAL_VIEWER_TOKEN) return [];
  const provider = Credentials({
    id: "local",
    name: "Local token",
    credentials: { token: { type: "password", label: "Token" } },
    authorize: (credentials) => {
      const token = credentials?.token ?? "";
      if (sameToken(token, LOCAL_ADMIN_TOKEN)) return { id: "admin", name: "admin", role: "admin" };
      if (sameToken(token, LOCAL_VIEWER_TOKEN)) {
        return { id: "viewer", name: "viewer", role: "viewer" };
      }
      return null;
    },
  });
  return [provider];
}

let options: AuthOptions | undefined;

/** next-auth's options, made when first asked for: a build has no configuration. */
export function authOptions(): AuthOptions {
  options ??= {
    secret: env().NEXTAUTH_SECRET,
    session: { strategy: "jwt", maxAge: sessionSeconds },
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: localSignIn(),
    callbacks: {
      jwt: ({ token, user }) => (user ? { ...token, role: user.role } : token),
      session: ({ session, token }) => ({
        ...session,
        user: { name: token.name, role: token.role },
      }),
    },
  };
  return options;
}
