import { formatCount } from "@/lib/format";
import "server-only";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { type Gauge, type GaugeKind, publish } from "./alarms-repository";
import { isUnusual } from "./rules/unusual";
import { budgetId, type EvaluateReport, type MeasuredBudget, type UsageDay } from "./schema";
import { measureBudgets } from "./service";

const budgetGauges: GaugeKind = {
  metric: "BudgetUsedPercent",
  dimension: "budget",
  name: "budget",
};
const usageGauges: GaugeKind = { metric: "UsageOfLimitPercent", dimension: "usage", name: "usage" };

/**
 * Publishes the use of each budget, and the usage of each agent and provider compared with its
 * usual days, and maintains an alarm on each. Meant to run on a schedule.
 * @throws AppError `aws_unavailable` if the usage cannot be read now, or CloudWatch refuses
 */
export async function evaluateBudgets(): Promise<EvaluateReport> {
  const { as_of, stale_because, budgets, days } = await measureBudgets();
  // Stale figures must not be published as current ones.
  if (stale_because !== null) throw new AppError("aws_unavailable", stale_because);
  const ofBudgets = await publish(budgetGauges, budgets.map(budgetGauge));
  const ofUsage = await publish(usageGauges, days.map(usageGauge));
  return {
    as_of,
    budgets,
    unusual: days.filter(isUnusual),
    alarms: {
      written: [...ofBudgets.written, ...ofUsage.written],
      deleted: [...ofBudgets.deleted, ...ofUsage.deleted],
      remaining: ofBudgets.remaining + ofUsage.remaining,
    },
  };
}

function budgetGauge({ id, scope, key, monthly_usd, progress }: MeasuredBudget): Gauge {
  return {
    id,
    percent: progress?.used_percent ?? null,
    // CloudWatch stores the description and each evaluation compares it, so its numbers aren't
    // formatted.
    description: `The budget of ${scope} ${key}, $${monthly_usd} a month (UTC), is exceeded.`,
  };
}

function usageGauge(day: UsageDay): Gauge {
  const floor = formatCount(env().USAGE_UNUSUAL_FLOOR_TOKENS);
  return {
    id: budgetId(day),
    percent: day.percent,
    description: `A day of ${day.scope} ${day.key} exceeds three times the median of the 14 days before, and ${floor} tokens.`,
  };
}
