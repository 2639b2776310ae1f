import Big from "big.js";
import type { BudgetProgress, BudgetState } from "@/lib/budgets/schema";
import { sumUnconfirmed } from "@/lib/prices/rules/unconfirmed-cost";
import type { UsageGrouping } from "@/lib/usage/rules/groupings";
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
  const isUnknown = ofMonth.length > 0 && !ofMonth.some(isPriced);
  const spent = sumCosts(ofMonth);
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
    ...sumUnconfirmed(ofMonth),
  };
}

/** USD in the current month by agent name, model pk or provider ID, as far as it is priced. */
export type MonthSpend = Record<UsageGrouping, ReadonlyMap<string, number>>;

/**
 * The cost of the current month in each grouping.
 * @param by usage by day
 * @param now milliseconds since 1970
 */
export function monthSpend(by: Record<UsageGrouping, UsageGroup[]>, now: number): MonthSpend {
  const { start } = monthRange(now);
  const spentBy = (grouping: UsageGrouping) =>
    new Map(
      by[grouping].flatMap(({ key, series }): [string, number][] => {
        const ofMonth = series.filter(({ at }) => Date.parse(at) >= start);
        return ofMonth.some(isPriced) ? [[key, sumCosts(ofMonth)]] : [];
      }),
    );
  return { provider: spentBy("provider"), model: spentBy("model"), agent: spentBy("agent") };
}

type Point = UsageGroup["series"][number];

const isPriced = ({ cost_usd }: Pick<Point, "cost_usd">) => cost_usd !== null;

/** USD; points without a price add nothing. */
function sumCosts(points: readonly Pick<Point, "cost_usd">[]): number {
  return points.reduce((sum, { cost_usd }) => sum.plus(cost_usd ?? 0), new Big(0)).toNumber();
}

function stateOf(monthly: number, spent: number, forecast: number): BudgetState {
  if (spent > monthly) return "exceeded";
  return forecast > monthly ? "heading_over" : "within";
}

const dayMs = 24 * 3_600_000;
/** A full week, so that weekends are weighted correctly. */
const rateDays = 7;
/**
 * The smallest elapsed part of the first day to extrapolate from, so that a few minutes don't set
 * the rate.
 */
const minDayFraction = 0.25;

type DaySpend = {
  /** Start of the day in UTC, milliseconds since 1970. */
  at: number;
  usd: number;
};

/** The UTC month that contains a time in milliseconds since 1970, `end` excluded. */
export function monthRange(now: number): { start: number; end: number } {
  const time = new Date(now);
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
  return { start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) };
}

/**
 * Forecast of the month's cost in USD: the cost so far, plus the mean of the last seven complete
 * days (or of those that exist) for each day left. Without a complete day, today's rate continues.
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
