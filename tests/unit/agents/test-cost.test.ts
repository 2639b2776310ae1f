import { expect, test } from "vitest";
import { testCost } from "@/lib/agents/rules/test-cost";
import type { PricedRow } from "@/lib/costs/call-cost-service";
import { callerMaxTokens } from "@/lib/runtime/rules/caller-request";
import type { CallerPayload } from "@/lib/runtime/schema";

const body = { text: "x".repeat(1_989) };
const request = (max_tokens: number | null, with_tools = false) => ({
  with_tools,
  body,
  call: { url: "https://api.openai.com/v1/chat/completions", timeout_ms: 30_000, max_tokens },
});

const model = (max_output_tokens: number | null) =>
  // The estimate reads nothing else of a row.
  ({
    input_price: 1,
    output_price: 10,
    cache_read_price: null,
    cache_write_price: null,
    max_output_tokens,
    listed: null,
  }) as PricedRow;

test("one call costs its bytes at two a token, and the longest answer", () => {
  expect(testCost(request(4_096), model(null))).toEqual({ calls: 1, max_usd: 0.04196 });
});

test("the second call of an agent with tools also pays for the first answer as input", () => {
  expect(testCost(request(4_096, true), model(null))).toEqual({ calls: 2, max_usd: 0.088016 });
});

test("a model that answers less than the caller allows costs less", () => {
  expect(testCost(request(4_096), model(100))).toEqual({ calls: 1, max_usd: 0.002 });
});

test("without the caller's limit the model's own holds, and without either no cost is known", () => {
  expect(testCost(request(null), model(16_384))).toEqual({ calls: 1, max_usd: 0.16484 });
  expect(testCost(request(null), model(null))).toEqual({ calls: 1, max_usd: null });
});

test("only OpenAI's format leaves an unset output limit to the model", () => {
  const payload = (max_tokens?: number) => ({ max_tokens }) as CallerPayload; // It reads no other member.
  expect(callerMaxTokens(payload(), "openai_v1")).toBeNull();
  expect(callerMaxTokens(payload(), "anthropic_v1")).toBe(4096);
  expect(callerMaxTokens(payload(100), "openai_v1")).toBe(100);
});
