import { expect, test } from "vitest";
import {
  budgetProgress,
  forecastMonth,
  monthRange,
  monthSpend,
} from "@/lib/budgets/rules/progress";
import type { UsagePoint } from "@/lib/usage/schema";

const at = (day: string) => Date.parse(`${day}T00:00:00Z`);
const spend = (from: string, days: number, usd: number) =>
  Array.from({ length: days }, (_, index) => ({ at: at(from) + index * 86_400_000, usd }));

test("months are in UTC, leap days included", () => {
  expect(monthRange(Date.parse("2028-02-29T23:59:59.999Z"))).toEqual({
    start: at("2028-02-01"),
    end: at("2028-03-01"),
  });
  expect(monthRange(at("2026-12-01"))).toEqual({ start: at("2026-12-01"), end: at("2027-01-01") });
});

test("the forecast continues at the mean of the last seven whole days", () => {
  // Nov 1 to 14 at $1, Nov 15 to 21 at $10, $2 in the first half of Nov 22.
  const days = [...spend("2026-11-01", 14, 1), ...spend("2026-11-15", 7, 10)];
  const now = Date.parse("2026-11-22T12:00:00Z");
  const spent = 14 + 70 + 2;
  expect(forecastMonth([...days, { at: at("2026-11-22"), usd: 2 }], now)).toBeCloseTo(
    spent + 8.5 * 10,
    9,
  );
});

test("on the first day of a month, the rate comes from the week before", () => {
  const now = Date.parse("2026-12-01T00:00:00Z");
  expect(forecastMonth(spend("2026-11-24", 7, 3), now)).toBeCloseTo(31 * 3, 9);
});

test("idle days count, except those before the first use", () => {
  const now = Date.parse("2026-11-21T00:00:00Z");
  expect(forecastMonth(spend("2026-11-19", 2, 4), now)).toBeCloseTo(8 + 10 * 4, 9);
  const weekend = [...spend("2026-11-10", 1, 7), ...spend("2026-11-20", 1, 7)];
  expect(forecastMonth(weekend, now)).toBeCloseTo(14 + 10, 9);
});

test("the first day's rate continues, counted over at least a quarter of a day", () => {
  const today = [{ at: at("2026-11-21"), usd: 3 }];
  const noon = Date.parse("2026-11-21T12:00:00Z");
  expect(forecastMonth(today, noon)).toBeCloseTo(3 + 6 * 9.5, 9);
  const early = Date.parse("2026-11-21T00:00:01Z");
  expect(forecastMonth(today, early)).toBeLessThan(3 + 12 * 10);
  expect(forecastMonth([], noon)).toBe(0);
});

const now = Date.parse("2026-11-21T00:00:00Z");
const point = (day: string, cost_usd: number | null, unpriced_tokens = 0): UsagePoint => ({
  at: `${day}T00:00:00.000Z`,
  input_tokens: 1_000,
  output_tokens: 0,
  cost_usd,
  unpriced_tokens,
  assumed_tokens: 0,
  derived_tokens: 0,
  unregistered_tokens: 0,
});
const used = (...series: UsagePoint[]) => ({ series });

test("a budget is exceeded above its amount, not at it, in exact decimals", () => {
  const spent = used(point("2026-11-02", 0.1), point("2026-11-03", 0.2));
  expect(budgetProgress(0.3, spent, now)).toMatchObject({
    spent_usd: 0.3,
    used_percent: 100,
    state: "within",
  });
  expect(budgetProgress(0.29, spent, now).state).toBe("exceeded");
});

test("a budget that the forecast exceeds is heading over, and the previous month does not count", () => {
  const daily = ["14", "15", "16", "17", "18", "19", "20"].map((day) => point(`2026-11-${day}`, 1));
  const progress = budgetProgress(16, used(point("2026-10-31", 500), ...daily), now);
  expect(progress).toMatchObject({ spent_usd: 7, state: "heading_over", used_percent: 43.75 });
  expect(progress.forecast_usd).toBeCloseTo(17, 9);
  expect(budgetProgress(18, used(...daily), now).state).toBe("within");
  expect(budgetProgress(18, undefined, now)).toMatchObject({ spent_usd: 0, state: "within" });
});

test("unpriced tokens make the spend a minimum, and unknown if nothing is priced", () => {
  const some = used(point("2026-11-02", 5), point("2026-11-03", null, 1_000));
  expect(budgetProgress(10, some, now)).toMatchObject({ spent_usd: 5, unpriced_tokens: 1_000 });
  expect(budgetProgress(10, used(point("2026-11-03", null, 1_000)), now)).toEqual({
    spent_usd: null,
    unpriced_tokens: 1_000,
    used_percent: null,
    forecast_usd: null,
    forecast_percent: null,
    state: "unknown",
  });
});

test("the month's cost counts its own days, and is absent where nothing is priced", () => {
  const group = (key: string, ...series: UsagePoint[]) => ({
    ...point("2026-11-01", null),
    key,
    name: key,
    series,
  });
  const agent = [
    group("sql-agent", point("2026-10-31", 7), point("2026-11-01", 1.25), point("2026-11-02", 2)),
    group("maps-agent", point("2026-11-01", null, 1_000)),
  ];
  const spent = monthSpend({ provider: [], model: [], agent }, now);
  expect([...spent.agent]).toEqual([["sql-agent", 3.25]]);
});
