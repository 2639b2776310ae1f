import { expect, test } from "vitest";
import { uncounted } from "@/lib/runs/rules/summary";

test.each([
  ["anthropic", "claude-sonnet-4-6", /cache reads and writes/],
  ["google", "gemini-2.5-flash", /thinking tokens/],
  ["google", "gemini-3.5-flash-lite", /thinking tokens/],
  ["google", "gemini-flash-latest", /thinking tokens/],
  ["google", "gemini-2.0-flash-thinking-exp-01-21", /thinking tokens/],
] as const)("the cost of a run on %s %s is marked as too low", (provider, model, why) => {
  expect(uncounted(provider, model)).toMatch(why);
});

test.each([
  ["google", "gemini-2.0-flash"],
  ["google", "gemini-1.5-pro-002"],
  ["google", "gemini-2.5-flash-lite"],
  ["google", "gemma-3-27b-it"],
  ["openai", "gpt-4o"],
  ["bedrock", "eu.amazon.nova-pro-v1:0"],
] as const)("the runtime counts all tokens of %s %s", (provider, model) => {
  expect(uncounted(provider, model)).toBeNull();
});
