import type { CompletionCode } from "@/lib/providers/rules/codes";

/**
 * The outcome of a test with the runtime's request: it answered, it refused the request, the caller
 * can't read its answer, or it took longer than the machine waits.
 */
export const runtimeOutcomes = ["answered", "refused", "unreadable", "too_slow"] as const;
export type RuntimeOutcome = (typeof runtimeOutcomes)[number];

/** Refusals of the request itself, which would be refused again. */
const refusals: readonly CompletionCode[] = ["bad_request"];

type Seen = {
  seen: { status: number | null; would_fail_with: object | null };
  /** The failure's code; null for a 2xx. */
  code: CompletionCode | null;
  timedOut: boolean;
};

/** Null if the test proves nothing about the model: a key, a quota, an overload. */
export function runtimeOutcome({ seen, code, timedOut }: Seen): RuntimeOutcome | null {
  if (timedOut) return "too_slow";
  if (code !== null) return refusals.includes(code) ? "refused" : null;
  return seen.would_fail_with === null ? "answered" : "unreadable";
}
