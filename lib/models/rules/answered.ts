type Answer = { text: string; tool_calls: readonly unknown[]; stop_reason: string };

/** A last test with this outcome proves nothing about the model. */
export const noAnswer = "no_answer";

const limitReasons = ["max_tokens", "model_context_window_exceeded"];

/**
 * Whether a model reached its limit before it wrote anything. Thinking counts as output, so a model
 * that thinks may spend all of it.
 */
export function reachedLimitBeforeAnswer({ text, tool_calls, stop_reason }: Answer): boolean {
  return limitReasons.includes(stop_reason) && text.trim() === "" && tool_calls.length === 0;
}
