import { expect, test } from "vitest";
import { reachedLimitBeforeAnswer } from "@/lib/models/rules/answered";

const answer = { text: "", tool_calls: [] as unknown[], stop_reason: "max_tokens" };

test.each([
  ["max_tokens without text", answer, true],
  ["max_tokens with white space", { ...answer, text: " \n" }, true],
  ["a full context window", { ...answer, stop_reason: "model_context_window_exceeded" }, true],
  ["a truncated text", { ...answer, text: "The" }, false],
  ["a tool call", { ...answer, tool_calls: [{}] }, false],
  ["an empty answer that ended", { ...answer, stop_reason: "end" }, false],
])("%s", (_, of, expected) => {
  expect(reachedLimitBeforeAnswer(of)).toBe(expected);
});
