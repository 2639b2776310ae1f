import "server-only";
import * as z from "zod";

const name = z.string().min(1);
const mostIdleSeconds = 30 * 60;
const mostSessionSeconds = 8 * 60 * 60;

/** Seconds that may be shortened, never lengthened. */
const atMost = (most: number) =>
  z.coerce.number().int("must be a whole number").min(1).max(most, `must be at most ${most}`);

const algorithms = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"] as const;

/** The variables of sign-in and sessions (docs/configuration.md); part of `env`. */
export const signInVariables = {
  NEXTAUTH_URL: z.url({ protocol: /^https?$/, error: "must be an http(s) URL" }),
  NEXTAUTH_SECRET: z.string().min(32, "must be at least 32 random characters"),
  LOCAL_ADMIN_TOKEN: z.string().min(8, "must be at least 8 characters").optional(),
  LOCAL_VIEWER_TOKEN: z.string().min(8, "must be at least 8 characters").optional(),
  OIDC_ISSUER: z.url({ protocol: /^https?$/, error: "must be an http(s) URL" }).optional(),
  OIDC_CLIENT_ID: name.optional(),
  /** Not set: a public client, whose only proof is PKCE. */
  OIDC_CLIENT_SECRET: name.optional(),
  OIDC_SCOPE: name
    .default("openid profile email")
    .refine((scope) => scope.split(" ").includes("openid"), "must contain openid"),
  OIDC_ROLE_CLAIM: name.default("groups"),
  /** Values of the claim, separated by commas. Nobody is an admin or a viewer by default. */
  OIDC_ADMIN_VALUES: name.optional(),
  OIDC_VIEWER_VALUES: name.optional(),
  /** How the provider signs its ID tokens. */
  OIDC_ID_TOKEN_ALG: z.enum(algorithms, `must be one of ${algorithms.join(", ")}`).default("RS256"),
  SESSION_IDLE_SECONDS: atMost(mostIdleSeconds).default(mostIdleSeconds),
  SESSION_MAX_SECONDS: atMost(mostSessionSeconds).default(mostSessionSeconds),
};

/** Whether an address, or the Host of a request, is this machine itself. */
export function isLoopback(url: string): boolean {
  const hostname = URL.canParse(url) ? new URL(url).hostname : "";
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d+){3}$/.test(hostname);
}

type SignInValues = {
  NEXTAUTH_URL: string;
  LOCAL_ADMIN_TOKEN?: string;
  LOCAL_VIEWER_TOKEN?: string;
  OIDC_ISSUER?: string;
  OIDC_CLIENT_ID?: string;
};

/** What is wrong with the variables of sign-in together: pairs of a variable and a reason. */
export function signInConflicts(values: SignInValues): [keyof SignInValues, string][] {
  const { NEXTAUTH_URL, OIDC_ISSUER, OIDC_CLIENT_ID } = values;
  const found: [keyof SignInValues, string][] = [];
  const isPlain = (url: string) => url.startsWith("http:") && !isLoopback(url);
  if (isPlain(NEXTAUTH_URL)) found.push(["NEXTAUTH_URL", "must be https, unless it is loopback"]);
  for (const token of ["LOCAL_ADMIN_TOKEN", "LOCAL_VIEWER_TOKEN"] as const) {
    if (values[token] && !isLoopback(NEXTAUTH_URL)) {
      found.push([token, "must not be set where NEXTAUTH_URL is not loopback: use OIDC_ISSUER"]);
    }
  }
  if (OIDC_ISSUER && isPlain(OIDC_ISSUER)) {
    found.push(["OIDC_ISSUER", "must be https, unless it is loopback"]);
  }
  if (OIDC_ISSUER && !OIDC_CLIENT_ID) found.push(["OIDC_CLIENT_ID", "is not set"]);
  if (OIDC_CLIENT_ID && !OIDC_ISSUER) found.push(["OIDC_ISSUER", "is not set"]);
  return found;
}
