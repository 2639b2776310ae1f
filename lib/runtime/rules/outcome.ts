import type { CompletionCode } from "@/lib/providers/rules/codes";

/**
 * What a test with the runtime's request has shown of a model: it answered, it refused the request, the
 * caller can't read its answer, or it took longer than the machine waits.
 */
export const runtimeOutcomes = ["answered", "refused", "unreadable", "too_slow"] as const;
export type RuntimeOutcome = (typeof runtimeOutcomes)[number];

/** Refusals of the request itself, which the same request meets again. */
const refusals: readonly CompletionCode[] = ["bad_request"];

type Seen = {
  seen: { status: number | null; would_fail_with: object | null };
  /** Of the failure; null for a 2xx. */
  code: CompletionCode | null;
  timedOut: boolean;
};

/** Null if the test says nothing of the model's part in it: a key, a quota, an overload. */
export function runtimeOutcome({ seen, code, timedOut }: Seen): RuntimeOutcome | null {
  if (timedOut) return "too_slow";
  if (code !== null) return refusals.includes(code) ? "refused" : null;
  return seen.would_fail_with === null ? "answered" : "unreadable";
}
