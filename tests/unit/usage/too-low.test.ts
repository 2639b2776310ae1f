import { expect, test } from "vitest";
import { loadBuiltInCatalog } from "@/lib/prices/catalog-repository";
import { uncountedTokens, undecidedPrices } from "@/lib/usage/rules/too-low";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";

test.each([
  ["anthropic", "claude-sonnet-4-6", /cache reads and writes/],
  ["google", "gemini-2.5-flash", /thinking tokens/],
  ["google", "gemini-3.5-flash-lite", /thinking tokens/],
  ["google", "gemini-flash-latest", /thinking tokens/],
  ["google", "gemini-2.0-flash-thinking-exp-01-21", /thinking tokens/],
] as const)("the cost on %s %s is marked as too low", (provider, model, why) => {
  const reason = uncountedTokens(provider, model);
  expect(describeTooLow(reason ? [reason] : [])).toMatch(why);
});

test.each([
  ["google", "gemini-2.0-flash"],
  ["google", "gemini-1.5-pro-002"],
  ["google", "gemini-2.5-flash-lite"],
  ["google", "gemma-3-27b-it"],
  ["openai", "gpt-4o"],
  ["bedrock", "eu.amazon.nova-pro-v1:0"],
] as const)("the runtime counts all tokens of %s %s", (provider, model) => {
  expect(uncountedTokens(provider, model)).toBeNull();
});

const at = (input: number, output: number) => ({
  input_price: { price: input, assumed: false },
  output_price: { price: output, assumed: false },
});

test.each([
  ["openai", "gpt-6.2-sol", at(2, 10), ["long_calls"]],
  ["openai", "gpt-6.2-sol", at(1.9, 9), []],
  ["openai", "gpt-6.2-sol-ultra", at(2, 10), []],
  ["deepseek", "deepseek-flash", at(0.15, 0.6), ["peak_hours"]],
  ["openai", "gpt-4o", at(2.5, 10), []],
] as const)(
  "of %s %s at %o the metrics can't decide %o",
  async (provider, model, prices, expected) => {
    const listed = (await loadBuiltInCatalog()).price(provider, model, new Date("2026-11-28"));
    expect(undecidedPrices(listed, prices)).toEqual(expected);
  },
);
