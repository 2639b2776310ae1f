import type { ProviderKey } from "../schema";

const hourMs = 3_600_000;
/** A short-term token lives 12 hours at most; other keys are replaced by people who need days. */
const nearMs = { shortTerm: hourMs, other: 14 * 24 * hourMs };

export type KeyExpiry = {
  /** ISO 8601 UTC. */
  at: string;
  state: "later" | "near" | "past";
  /** True when it can end earlier than its date, with the session that signed it. */
  atLatest: boolean;
};

/**
 * How near the end of a key is; null when no end is known. `near` is what the finding
 * `key_expiring` reports, `past` is `key_expired`.
 * @param now milliseconds since 1970
 */
export function keyExpiry(
  { kind, expires_at }: Pick<ProviderKey, "kind" | "expires_at">,
  now: number,
): KeyExpiry | null {
  if (expires_at === null) return null;
  const left = Date.parse(expires_at) - now;
  if (Number.isNaN(left)) return null;
  const isShortTerm = kind === "short_term";
  const near = isShortTerm ? nearMs.shortTerm : nearMs.other;
  const state = left <= 0 ? "past" : left < near ? "near" : "later";
  return { at: expires_at, state, atLatest: isShortTerm };
}
