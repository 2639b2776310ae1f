import Big from "big.js";
import type { BudgetProgress, BudgetState } from "@/lib/budgets/schema";
import type { UsageGroup } from "@/lib/usage/schema";

/**
 * Spend and forecast of a budget in the current month.
 * @param monthly_usd USD a month
 * @param group its usage by day, of this month and the last seven days; undefined without usage
 * @param now milliseconds since 1970
 */
export function budgetProgress(
  monthly_usd: number,
  group: Pick<UsageGroup, "series"> | undefined,
  now: number,
): BudgetProgress {
  const series = group?.series ?? [];
  const { start } = monthRange(now);
  const ofMonth = series.filter(({ at }) => Date.parse(at) >= start);
  const unpriced_tokens = ofMonth.reduce((sum, point) => sum + point.unpriced_tokens, 0);
  const priced = ofMonth.filter(({ cost_usd }) => cost_usd !== null);
  const isUnknown = ofMonth.length > 0 && priced.length === 0;
  const spent = priced
    .reduce((sum, { cost_usd }) => sum.plus(cost_usd ?? 0), new Big(0))
    .toNumber();
  const too_low = [...new Set(ofMonth.flatMap((point) => point.too_low ?? []))].sort();
  const days = series.map(({ at, cost_usd }) => ({ at: Date.parse(at), usd: cost_usd ?? 0 }));
  const forecast = forecastMonth(days, now);
  const percent = (usd: number) => (isUnknown ? null : (usd / monthly_usd) * 100);
  return {
    spent_usd: isUnknown ? null : spent,
    unpriced_tokens,
    used_percent: percent(spent),
    forecast_usd: isUnknown ? null : forecast,
    forecast_percent: percent(forecast),
    state: isUnknown ? "unknown" : stateOf(monthly_usd, spent, forecast),
    ...(too_low.length > 0 && { too_low }),
  };
}

function stateOf(monthly: number, spent: number, forecast: number): BudgetState {
  if (spent > monthly) return "exceeded";
  return forecast > monthly ? "heading_over" : "within";
}

const dayMs = 24 * 3_600_000;
/** A whole week, so that weekends count as much as they should. */
const rateDays = 7;
/** Minimum elapsed part of the first day, so that a few minutes don't set the rate. */
const minDayFraction = 0.25;

type DaySpend = {
  /** Start of the day in UTC, milliseconds since 1970. */
  at: number;
  usd: number;
};

/** The UTC month of a time in milliseconds since 1970, `end` excluded. */
export function monthRange(now: number): { start: number; end: number } {
  const time = new Date(now);
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
  return { start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) };
}

/**
 * Forecast of the month's cost in USD: the cost so far, plus the mean of the last seven whole days (or
 * as many as there are) for each day left. Without a whole day, today's rate continues.
 * @param days days with usage, at least those of this month and of the last week
 * @param now milliseconds since 1970
 */
export function forecastMonth(days: readonly DaySpend[], now: number): number {
  const { start, end } = monthRange(now);
  const spent = sumOf(days.filter(({ at }) => at >= start));
  return spent + dailyRate(days, now) * ((end - now) / dayMs);
}

function dailyRate(days: readonly DaySpend[], now: number): number {
  if (days.length === 0) return 0;
  const today = Math.floor(now / dayMs) * dayMs;
  const first = Math.min(...days.map(({ at }) => at));
  const wholeDays = Math.min(rateDays, (today - first) / dayMs);
  if (wholeDays < 1) return sumOf(days) / Math.max((now - today) / dayMs, minDayFraction);
  const from = today - wholeDays * dayMs;
  return sumOf(days.filter(({ at }) => at >= from && at < today)) / wholeDays;
}

function sumOf(days: readonly DaySpend[]): number {
  return days.reduce((sum, { usd }) => sum.plus(usd), new Big(0)).toNumber();
}
