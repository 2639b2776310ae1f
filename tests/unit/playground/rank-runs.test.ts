import { expect, test } from "vitest";
import { advance, startRun, type TestRun } from "@/components/completions/test-run";
import { rankRuns } from "@/components/playground/rank-runs";

function ended(latency_ms: number, cost_usd: number | null): TestRun {
  const run = startRun({ provider: "openai", model_id: "m", prompt: "Hi", stream: true });
  const usage = { input_tokens: 1, output_tokens: 1 };
  const data = {
    text: "Hello",
    tool_calls: [],
    usage,
    cost_usd,
    first_token_ms: 1,
    latency_ms,
    stop_reason: "end_turn",
    simulated: false,
  };
  return advance(run, { event: "done", data });
}

const running = startRun({ provider: "openai", model_id: "m", prompt: "Hi", stream: true });
const failed: TestRun = { ...running, state: "failed" };
const won = (runs: Record<string, TestRun>) =>
  Object.fromEntries(rankRuns(Object.keys(runs), new Map(Object.entries(runs))));

test("the fastest and the cheapest are marked", () => {
  expect(won({ a: ended(300, 0.02), b: ended(200, 0.03), c: failed })).toEqual({
    a: ["Cheapest"],
    b: ["Fastest"],
  });
});

test("nothing is marked while one is running, or if only one has answered", () => {
  expect(won({ a: ended(300, 0.02), b: ended(200, 0.03), c: running })).toEqual({});
  expect(won({ a: ended(300, 0.02), b: failed })).toEqual({});
});

test("a model without a run leaves the others unmarked", () => {
  expect(rankRuns(["a", "b"], new Map([["a", ended(1, 1)]])).size).toBe(0);
});

test("an unpriced model is never the cheapest, and changes the label of the cheapest", () => {
  expect(won({ a: ended(3, 0.02), b: ended(2, null), c: ended(1, 0.01) })).toEqual({
    c: ["Fastest", "Cheapest of the priced"],
  });
  expect(won({ a: ended(2, 0.02), b: ended(1, null) })).toEqual({ b: ["Fastest"] });
});

test("ties are marked alike", () => {
  expect(won({ a: ended(1, 0), b: ended(1, 0) })).toEqual({
    a: ["Fastest", "Cheapest"],
    b: ["Fastest", "Cheapest"],
  });
});
