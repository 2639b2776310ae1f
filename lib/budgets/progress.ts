import Big from "big.js";
import type { UsageGroup } from "@/lib/usage/schema";
import { forecastMonth, monthOf } from "./forecast";
import type { BudgetProgress, BudgetState } from "./schema";

/**
 * How far a month's budget is used, and where it will end.
 * @param monthly_usd USD a month
 * @param group its usage by day, of this month and of the week before now; absent without usage
 * @param now milliseconds since 1970
 */
export function budgetProgress(
  monthly_usd: number,
  group: Pick<UsageGroup, "series"> | undefined,
  now: number,
): BudgetProgress {
  const series = group?.series ?? [];
  const { start } = monthOf(now);
  const ofMonth = series.filter(({ at }) => Date.parse(at) >= start);
  const unpriced_tokens = ofMonth.reduce((sum, point) => sum + point.unpriced_tokens, 0);
  const priced = ofMonth.filter(({ cost_usd }) => cost_usd !== null);
  const isUnknown = ofMonth.length > 0 && priced.length === 0;
  const spent = priced
    .reduce((sum, { cost_usd }) => sum.plus(cost_usd ?? 0), new Big(0))
    .toNumber();
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
  };
}

function stateOf(monthly: number, spent: number, forecast: number): BudgetState {
  if (spent > monthly) return "exceeded";
  return forecast > monthly ? "heading_over" : "within";
}
