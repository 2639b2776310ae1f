import "server-only";
import type { User } from "next-auth";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { env } from "@/lib/env";
import { type Claims, claimValues, displayName, personName, roleOf } from "./role-claim";

export const oidcProviderId = "oidc";
const timeoutMs = 10_000;

/** The claim that decides the role, and its values. */
export function roleSettings() {
  const { OIDC_ROLE_CLAIM, OIDC_ADMIN_VALUES, OIDC_VIEWER_VALUES } = env();
  return { claim: OIDC_ROLE_CLAIM, admin: OIDC_ADMIN_VALUES, viewer: OIDC_VIEWER_VALUES };
}

const withoutSlash = (url: string) => url.replace(/\/$/, "");

/** Sign-in at the configured OIDC provider: authorization code, PKCE, state and nonce. */
export function oidcSignIn(): OAuthConfig<Claims>[] {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_SCOPE, OIDC_ID_TOKEN_ALG } = env();
  if (!OIDC_ISSUER || !OIDC_CLIENT_ID) return [];
  const issuer = withoutSlash(OIDC_ISSUER);
  const provider: OAuthConfig<Claims> = {
    id: oidcProviderId,
    name: "Single sign-on",
    type: "oauth",
    wellKnown: `${issuer}/.well-known/openid-configuration`,
    clientId: OIDC_CLIENT_ID,
    clientSecret: OIDC_CLIENT_SECRET,
    client: {
      id_token_signed_response_alg: OIDC_ID_TOKEN_ALG,
      ...(!OIDC_CLIENT_SECRET && { token_endpoint_auth_method: "none" }),
    },
    authorization: { params: { scope: OIDC_SCOPE } },
    checks: ["pkce", "state", "nonce"],
    idToken: true,
    httpOptions: { timeout: timeoutMs },
    // The ID token is verified; many providers return groups and names only from userinfo.
    userinfo: {
      request: async ({ client, tokens }) => {
        // next-auth passes the token set of openid-client here.
        const set = tokens as Exclude<Parameters<typeof client.userinfo>[0], string>;
        const claims: Claims = set.claims();
        if (withoutSlash(String(claims.iss)) !== issuer) {
          throw new Error(`The provider calls itself ${claims.iss}, not ${issuer}.`);
        }
        const hasRoleAndName =
          claimValues(claims, roleSettings().claim) !== null && displayName(claims);
        if (hasRoleAndName || !client.issuer.metadata.userinfo_endpoint) return claims;
        return { ...(await client.userinfo(set)), ...claims };
      },
    },
    profile: userOf,
  };
  return [provider];
}

/** Identifies the user: issuer and `sub` together are stable and never reused. */
function userOf(claims: Claims): User {
  const { claim, ...values } = roleSettings();
  return {
    id: `${withoutSlash(String(claims.iss))}#${String(claims.sub)}`,
    name: personName(claims),
    role: roleOf(claimValues(claims, claim), values) ?? undefined,
  };
}
