import { afterEach, expect, test, vi } from "vitest";
import type { BulkItem, BulkRun } from "@/components/capabilities/bulk-store";
import { describeProgress, retryableItems } from "@/components/capabilities/bulk-summary";
import { testModel } from "@/components/capabilities/test-model";
import type { ModelRecord } from "@/lib/models/schema";

// The parts of a record that a bulk test reads.
const model = { provider: "anthropic", model_id: "claude-sonnet-5-5" } as ModelRecord;

afterEach(() => vi.unstubAllGlobals());

function answerWith(done: object) {
  const requests: string[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    requests.push(String(init.body));
    return Response.json({ latency_ms: 9, cost_usd: 0.01, simulated: false, ...done });
  });
  return requests;
}

test("an answer whose tokens all went to reasoning is unproved in a bulk test", async () => {
  const requests = answerWith({ text: "", tool_calls: [], stop_reason: "max_tokens" });
  const outcome = await testModel(model, true, new AbortController().signal);
  expect(outcome).toMatchObject({ outcome: "unproved", refusal: expect.stringMatching(/tokens/) });
  expect(requests).toHaveLength(1);
  expect(JSON.parse(requests[0] ?? "")).toMatchObject({ max_tokens: 4096 });
  const item: BulkItem = { ...outcome, model };
  const run: BulkRun = { items: [item], probes: false, state: "done" };
  expect(describeProgress(run)).toBe("1 of 1 model tested: 1 unproved");
  expect(retryableItems(run)).toEqual([]);
});

test("a truncated answer works", async () => {
  answerWith({ text: "The", tool_calls: [], stop_reason: "max_tokens" });
  const outcome = await testModel(model, false, new AbortController().signal);
  expect(outcome.outcome).toBe("ok");
});
