import { expect, test } from "vitest";
import { RunResult } from "@/components/completions/run-result";
import { startRun, type TestRun } from "@/components/completions/test-run";
import type { CompletionDone } from "@/lib/completions/schema";
import { show } from "../render";

const handlers = { again: () => undefined, editPrompt: () => undefined };
const request = { provider: "openai", model_id: "gpt-4o", prompt: "Hi", stream: true };

function ended(done: Partial<CompletionDone>): TestRun {
  const full: CompletionDone = {
    text: "Hello",
    tool_calls: [],
    usage: { input_tokens: 9, output_tokens: 5 },
    cost_usd: null,
    first_token_ms: 5,
    latency_ms: 9,
    stop_reason: "end",
    simulated: false,
    ...done,
  };
  return { ...startRun(request), state: "done", text: full.text, done: full };
}

async function showRun(run: TestRun) {
  return show(<RunResult run={run} provider="openai" handlers={handlers} />);
}

test("a stream without usage has no reported usage, rather than no price", async () => {
  const screen = await showRun(ended({ usage: { input_tokens: null, output_tokens: null } }));
  await expect.element(screen.getByText("no usage reported")).toBeVisible();
  await expect.element(screen.getByText("not priced")).not.toBeInTheDocument();
});

test("an answer with usage but without a price isn't priced", async () => {
  const screen = await showRun(ended({}));
  await expect.element(screen.getByText("not priced")).toBeVisible();
});

test("an answer whose tokens all went to reasoning says so", async () => {
  const screen = await showRun(ended({ text: "", stop_reason: "max_tokens" }));
  await expect.element(screen.getByText("No answer within max tokens")).toBeVisible();
  await expect
    .element(screen.getByText(/used up max tokens before it wrote anything/))
    .toBeVisible();
});

test("a cost at the price of another model of the family is marked", async () => {
  const screen = await showRun(ended({ cost_usd: 0.01, price_by_family: true }));
  await expect.element(screen.getByText("price of its family")).toBeVisible();
});

test("a cost says which prices other than the base price it is at", async () => {
  const screen = await showRun(
    ended({
      cost_usd: 0.01,
      price_region_may_differ: true,
      price_above_input_tokens: 200_000,
      price_hours: { from: "01:00", to: "04:00", is_peak: true },
    }),
  );
  for (const note of [
    "base price; this region may differ",
    "long-context price, above 200K input tokens",
    "peak hours, 01:00–04:00 UTC",
  ]) {
    await expect.element(screen.getByText(note)).toBeVisible();
  }
});
