import { expect, test } from "vitest";
import { callCost } from "@/lib/trials/call-cost-service";
import type { Template } from "@/lib/trials/template-service";

/** A template whose answers cost USD 1 per 1M tokens, and its messages nothing. */
function template(request: string, limits: Record<string, number | null>, max_tokens?: number) {
  const prices = { input_price: 0, output_price: 1, cache_read_price: null };
  const sizes = { max_output_tokens: null, max_tokens: null, ...limits };
  const payload = {
    messages: [],
    tools: [],
    max_tokens,
    provider_config: { endpoint: "", auth_header_name: "x" },
  };
  const line = { request };
  return {
    broken: null,
    model: { ...prices, cache_write_price: null, ...sizes, listed: null },
    payload,
    line,
    place: 0,
  } as unknown as Template; // The estimate reads nothing else.
}

const maxTokens = (...args: Parameters<typeof template>) =>
  Math.round((callCost(template(...args), [], null).max ?? Number.NaN) * 1e6);

test("the caller's own output limit holds, or the model's if that is lower", () => {
  expect(maxTokens("openai_v1", { max_output_tokens: 16_384 }, 500)).toBe(500);
  expect(maxTokens("openai_v1", { max_output_tokens: 100 }, 500)).toBe(100);
  expect(maxTokens("anthropic_v1", { max_output_tokens: 64_000 })).toBe(4_096);
});

test("where the caller sends no limit, the longest answer of the model is counted", () => {
  expect(maxTokens("openai_v1", { max_output_tokens: 16_384 })).toBe(16_384);
  expect(maxTokens("openai_v1", { max_tokens: 32_000 })).toBe(32_000);
  expect(maxTokens("openai_v1", {})).toBe(128_000);
});
