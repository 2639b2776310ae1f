import type { TooLow } from "@/lib/too-low";

const reasons: Record<TooLow, string> = {
  cache_tokens: "the runtime doesn't count Anthropic's cache reads and writes",
  thinking_tokens: "the runtime doesn't count Gemini's thinking tokens",
  long_calls: "long calls cost more, and the metrics don't say how long each was",
  peak_hours: "peak hours cost more, and all are counted at the regular price",
};

/**
 * A sentence such as "Too low: the runtime doesn't count Gemini's thinking tokens."; null if
 * nothing is left out.
 */
export function describeTooLow(of: readonly TooLow[] | undefined): string | null {
  if (!of?.length) return null;
  return `Too low: ${of.map((reason) => reasons[reason]).join("; ")}.`;
}
