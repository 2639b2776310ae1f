import "server-only";
import { createHash, timingSafeEqual } from "node:crypto";
import type { User } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { env, isLoopback } from "@/lib/env";
import { recordRefusal } from "./audit";

export const localProviderId = "local";

function sameToken(received: string, expected: string | undefined): boolean {
  const digest = (token: string) => createHash("sha256").update(token).digest();
  return expected !== undefined && timingSafeEqual(digest(received), digest(expected));
}

/** The user of a token; null if the token is invalid. */
function userOf(token: string): User | null {
  const { LOCAL_ADMIN_TOKEN, LOCAL_VIEWER_TOKEN } = env();
  if (sameToken(token, LOCAL_ADMIN_TOKEN)) return person("admin");
  return sameToken(token, LOCAL_VIEWER_TOKEN) ? person("viewer") : null;
}

const person = (role: "admin" | "viewer"): User => ({ id: `local:${role}`, name: role, role });

/**
 * Signs in with a token that only the loopback launchers put into the environment. The
 * configuration is rejected if the console isn't on loopback, and so is a request for another host.
 */
export function localSignIn() {
  const { LOCAL_ADMIN_TOKEN, LOCAL_VIEWER_TOKEN, NEXTAUTH_URL } = env();
  if (!isLoopback(NEXTAUTH_URL) || !(LOCAL_ADMIN_TOKEN || LOCAL_VIEWER_TOKEN)) return [];
  const provider = Credentials({
    id: localProviderId,
    name: "Local token",
    credentials: { token: { type: "password", label: "Token" } },
    authorize: async (credentials, request) => {
      const isLocal = isLoopback(`http://${request.headers?.host ?? ""}`);
      const user = isLocal ? userOf(credentials?.token ?? "") : null;
      if (!user) {
        const reason = isLocal ? "The token is not valid." : "The request was for another host.";
        await recordRefusal({ subject: "local:unknown", name: "unknown", method: "local", reason });
      }
      return user;
    },
  });
  return [provider];
}
