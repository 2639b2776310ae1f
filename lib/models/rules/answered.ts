type Answer = { text: string; tool_calls: readonly unknown[]; stop_reason: string };

/** The outcome of a test that proves nothing about the model. */
export const noAnswer = "no_answer";

const limitReasons = ["max_tokens", "model_context_window_exceeded"];

/**
 * Whether a model reached its output limit before it wrote anything. Reasoning counts as output, so
 * a reasoning model may use the entire limit.
 */
export function reachedLimitBeforeAnswer({ text, tool_calls, stop_reason }: Answer): boolean {
  return limitReasons.includes(stop_reason) && text.trim() === "" && tool_calls.length === 0;
}
