import { expect, test } from "vitest";
import type { OtherPrice } from "@/lib/prices/rules/price-doubts";
import { runCosts } from "@/lib/run-health/rules/run-costs";
import { emptyPeriod } from "@/lib/run-health/rules/run-counts";
import type { PricedSeries } from "@/lib/usage/rules/priced-series";

const usd = (price: number, other?: OtherPrice) => ({
  input_price: { price, assumed: false, ...(other && { other }) },
  output_price: { price, assumed: false },
});

/** Tokens at 1,000 USD per 1M, by period; without a price if `isUnpriced`. */
function used(
  agent: string,
  pk: string,
  tokens: [at: number, input: number][],
  { isUnpriced, other }: { isUnpriced?: boolean; other?: OtherPrice } = {},
) {
  const history = isUnpriced ? null : () => usd(1000, other);
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
    [used("unpriced", "m", [[1, 1000]], { isUnpriced: true }), used("shared", "m", [[1, 1000]])],
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

test("the cost of a run says how much of it is at a price that isn't the model's own", () => {
  const { agents, models } = runCosts(
    [
      used("sql", "of-a-family", [[1, 3000]], { other: "by_family" }),
      used("sql", "regional", [[2, 4000]], { other: "base_price" }),
      used("sql", "own", [[3, 5000]]),
    ],
    [
      machine("sql", [
        [1, 1],
        [2, 2],
        [3, 1],
      ]),
    ],
  );
  expect(agents).toEqual([
    { key: "sql", runs: 4, cost_per_run_usd: 3, by_family_usd: 0.75, base_price_usd: 1 },
  ]);
  expect(models).toEqual([
    { key: "of-a-family", runs: 1, cost_per_run_usd: 3, by_family_usd: 3 },
    { key: "regional", runs: 2, cost_per_run_usd: 2, base_price_usd: 2 },
    { key: "own", runs: 1, cost_per_run_usd: 5 },
  ]);
});
