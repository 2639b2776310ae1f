import "server-only";
import { env } from "@/lib/env";
import type { Registered } from "@/lib/models/references";
import { readDailyUsage } from "@/lib/usage/daily-service";
import { monthOf } from "./forecast";
import { budgetProgress } from "./progress";
import type { BudgetRecord, BudgetState, DayOfUse, MeasuredBudget } from "./schema";
import { daysOfUse, lookBackDays } from "./unusual";

const dayMs = 24 * 3_600_000;

export type Measured = {
  as_of: string;
  stale_because: string | null;
  /** Worst first. */
  budgets: MeasuredBudget[];
  /** One day of each agent and provider with usage. */
  days: DayOfUse[];
};

/**
 * How far each budget is used, and how the last days compare, from one reading of the usage.
 * @throws AppError `aws_unavailable`
 */
export async function measure(
  records: BudgetRecord[],
  registered?: Promise<Registered>,
): Promise<Measured> {
  const today = Math.floor(Date.now() / dayMs) * dayMs;
  const from = Math.min(monthOf(today).start, today - lookBackDays * dayMs);
  const { asked, stale_because, by } = await readDailyUsage(from, registered);
  const budgets = records.map((record): MeasuredBudget => {
    const group = by[record.scope].find(({ key }) => key === record.key);
    return { ...record, progress: budgetProgress(record.monthly_usd, group, asked) };
  });
  const floor = env().USAGE_UNUSUAL_FLOOR_TOKENS;
  return {
    as_of: new Date(asked).toISOString(),
    stale_because,
    budgets: budgets.toSorted(worstFirst),
    days: (["agent", "provider"] as const).flatMap((scope) =>
      daysOfUse(scope, by[scope], asked, floor),
    ),
  };
}

const order: BudgetState[] = ["exceeded", "heading_over", "unknown", "within"];

function worstFirst(one: MeasuredBudget, other: MeasuredBudget): number {
  const rank = ({ progress }: MeasuredBudget) => order.indexOf(progress?.state ?? "unknown");
  const used = ({ progress }: MeasuredBudget) => progress?.used_percent ?? 0;
  return rank(one) - rank(other) || used(other) - used(one) || (one.id < other.id ? -1 : 1);
}
