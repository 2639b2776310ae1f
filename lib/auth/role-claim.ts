import type { Role } from "./actor";

export type Claims = Record<string, unknown>;

/** The claim values that grant each role; none by default. */
export type RoleValues = { admin: readonly string[]; viewer: readonly string[] };

/**
 * The values of a claim, such as `groups`, `cognito:groups` or `realm_access.roles`. A claim with
 * exactly this name takes precedence over the name read as a path. Null if the claim is missing.
 */
export function claimValues(claims: Claims, claim: string): string[] | null {
  const value = Object.hasOwn(claims, claim) ? claims[claim] : atPath(claims, claim);
  if (value === undefined || value === null) return null;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === "string");
}

function atPath(claims: Claims, path: string): unknown {
  return path.split(".").reduce<unknown>((value, part) => {
    const isObject = typeof value === "object" && value !== null && Object.hasOwn(value, part);
    return isObject ? (value as Claims)[part] : undefined; // An object that has this member.
  }, claims);
}

/** The role that these values grant, matched exactly and case-sensitively; null if none matches. */
export function roleOf(values: readonly string[] | null, roleValues: RoleValues): Role | null {
  const has = (accepted: readonly string[]) => accepted.some((value) => values?.includes(value));
  if (has(roleValues.admin)) return "admin";
  return has(roleValues.viewer) ? "viewer" : null;
}

/** The name for screens: an email address unless it is unverified, otherwise a name. */
export function displayName(claims: Claims): string | null {
  const unverified = claims.email_verified === false || claims.email_verified === "false";
  const candidates = [
    unverified ? null : claims.email,
    claims.preferred_username,
    claims["cognito:username"],
    claims.name,
  ];
  const names = candidates.map((value) => (typeof value === "string" ? visible(value) : ""));
  return names.find((name) => name !== "") ?? null;
}

/** Removes invisible characters, which could imitate another name or reverse the text. */
function visible(name: string): string {
  return name.replace(/\p{C}/gu, "").trim().slice(0, 200);
}

/** Activity calls an API token `token:<name>`, and external changes `outside`. */
const reservedNames = /^(?:token\s*:|outside$)/i;

/** The name in the session and in Activity; never a reserved one. */
export function personName(claims: Claims): string {
  const name = displayName(claims) ?? String(claims.sub);
  return reservedNames.test(name.normalize("NFKC")) ? `oidc:${name}` : name;
}
