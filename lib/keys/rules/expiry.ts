import type { ProviderKey } from "../schema";

const hourMs = 3_600_000;
/**
 * "Near" in milliseconds. Short-term tokens last at most 12 hours; replacing other keys takes
 * people days.
 */
const nearMs = { shortTerm: hourMs, other: 14 * 24 * hourMs };

export type KeyExpiry = {
  /** ISO 8601 UTC. */
  at: string;
  state: "later" | "near" | "past";
  /** True if the key also ends with the session that signed it, which may be earlier. */
  mayEndEarlier: boolean;
};

/**
 * How near the expiry of a key is; null if unknown. `near` leads to the finding `key_expiring`,
 * `past` to `key_expired`.
 * @param now milliseconds since 1970
 */
export function keyExpiry(
  { kind, expires_at }: Pick<ProviderKey, "kind" | "expires_at">,
  now: number,
): KeyExpiry | null {
  if (expires_at === null) return null;
  const remainingMs = Date.parse(expires_at) - now;
  if (Number.isNaN(remainingMs)) return null;
  const isShortTerm = kind === "short_term";
  const warningMs = isShortTerm ? nearMs.shortTerm : nearMs.other;
  const state = remainingMs <= 0 ? "past" : remainingMs < warningMs ? "near" : "later";
  return { at: expires_at, state, mayEndEarlier: isShortTerm };
}
