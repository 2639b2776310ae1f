import { expect, test } from "vitest";
import { isUnusual, usageDays } from "@/lib/budgets/rules/unusual";
import type { UsageGroup } from "@/lib/usage/schema";

const dayMs = 86_400_000;
const now = Date.parse("2026-11-22T09:00:00Z");
const today = Date.parse("2026-11-22T00:00:00Z");

/** Tokens by how many days ago they were used. */
function aGroup(tokensAgo: Record<number, number>, key = "sql-agent"): UsageGroup {
  const figures = {
    output_tokens: 0,
    cost_usd: 0,
    unpriced_tokens: 0,
    assumed_tokens: 0,
    derived_tokens: 0,
    unregistered_tokens: 0,
  };
  const series = Object.entries(tokensAgo).map(([ago, input_tokens]) => ({
    ...figures,
    at: new Date(today - Number(ago) * dayMs).toISOString(),
    input_tokens,
  }));
  return { ...figures, key, name: key, input_tokens: 0, series };
}

const steady = (tokens: number, from = 1, to = 15) =>
  Object.fromEntries(Array.from({ length: to - from + 1 }, (_, i) => [from + i, tokens]));
const judged = (group: UsageGroup, floor = 100) => usageDays("agent", [group], now, floor)[0];

test("a day above three times the median is unusual, exactly three times is not", () => {
  expect(judged(aGroup({ ...steady(1_000), 0: 3_001 }))).toEqual({
    scope: "agent",
    key: "sql-agent",
    name: "sql-agent",
    day: "2026-11-22",
    tokens: 3_001,
    median_tokens: 1_000,
    limit_tokens: 3_000,
    percent: (3_001 / 3_000) * 100,
  });
  const atLimit = judged(aGroup({ ...steady(1_000), 0: 3_000 }));
  expect(atLimit && isUnusual(atLimit)).toBe(false);
});

test("days below the floor are never unusual", () => {
  const group = aGroup({ ...steady(10), 0: 5_000 });
  expect(judged(group, 5_000)).toMatchObject({ limit_tokens: 5_000, percent: 100 });
  expect(judged(group, 4_999)?.percent).toBeGreaterThan(100);
});

test("days without usage count in the median, and a single outlier does not move it", () => {
  expect(judged(aGroup({ 0: 500, 2: 9_000 }))).toMatchObject({ median_tokens: 0, tokens: 500 });
  const outlier = aGroup({ ...steady(1_000), 5: 900_000, 0: 3_500 });
  expect(judged(outlier)).toMatchObject({ median_tokens: 1_000, tokens: 3_500 });
  // Seven of the fourteen days: the median lies between them and nothing.
  expect(judged(aGroup({ ...steady(1_000, 1, 7), 0: 1 }), 5_000)?.median_tokens).toBe(500);
});

test("yesterday is checked too, against the days before it, and today comes first", () => {
  const evening = aGroup({ ...steady(1_000, 2, 15), 1: 8_000, 0: 100 });
  expect(judged(evening)).toMatchObject({ day: "2026-11-21", tokens: 8_000, median_tokens: 1_000 });
  const both = aGroup({ ...steady(1_000, 2, 15), 1: 8_000, 0: 9_000 });
  expect(judged(both)).toMatchObject({ day: "2026-11-22", tokens: 9_000 });
});

test("usage of unknown agents is left out", () => {
  expect(judged(aGroup({ 0: 9_000_000 }, "unknown"))).toBeUndefined();
});
