import { expect, test } from "vitest";
import { runCosts } from "@/lib/run-health/rules/run-costs";
import { emptyPeriod } from "@/lib/run-health/rules/run-counts";
import type { PricedSeries } from "@/lib/usage/rules/priced-series";

const usd = (price: number) => ({
  input_price: { price, assumed: false },
  output_price: { price, assumed: false },
});

/** Tokens at 1,000 USD per 1M, by period; without a price if `isUnpriced`. */
function used(
  agent: string,
  pk: string,
  tokens: [at: number, input: number][],
  isUnpriced = false,
) {
  const history = isUnpriced ? null : () => usd(1000);
  return {
    dimensions: { agent },
    isRegistered: true,
    models: { provider: "openai", isDerived: false, modelAt: () => ({ pk, name: pk, history }) },
    slots: tokens.map(([at, input]) => ({ at, pricedAt: at, input, output: 0 })),
  } as unknown as PricedSeries; // The rule reads nothing else of it.
}

const machine = (agent: string, runs: [at: number, succeeded: number][], isShared = false) => ({
  agent,
  arn: agent,
  isShared,
  periods: runs.map(([at, succeeded]) => ({ ...emptyPeriod(at), succeeded })),
});

test("a run costs the agent's tokens divided by its runs, and each model its own periods", () => {
  const { agents, models } = runCosts(
    [
      used("sql", "old", [
        [1, 4000],
        [2, 1000],
      ]),
      used("sql", "new", [
        [2, 1000],
        [3, 3000],
      ]),
    ],
    [
      machine("sql", [
        [1, 2],
        [2, 4],
        [3, 6],
      ]),
    ],
  );
  expect(agents).toEqual([{ key: "sql", runs: 12, cost_per_run_usd: 0.75 }]);
  expect(models).toEqual([
    { key: "old", runs: 2, cost_per_run_usd: 2 },
    { key: "new", runs: 6, cost_per_run_usd: 0.5 },
  ]);
});

test("a cost is not known without tokens, without a price, or on a shared machine", () => {
  const { agents } = runCosts(
    [used("unpriced", "m", [[1, 1000]], true), used("shared", "m", [[1, 1000]])],
    [
      machine("silent", [[1, 2]]),
      machine("unpriced", [[1, 2]]),
      machine("shared", [[1, 2]], true),
      machine("idle", []),
    ],
  );
  expect(agents).toEqual([
    { key: "silent", runs: 2, cost_per_run_usd: null },
    { key: "unpriced", runs: 2, cost_per_run_usd: null },
  ]);
});
