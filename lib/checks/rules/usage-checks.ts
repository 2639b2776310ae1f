import type { BudgetProgress, MeasuredBudget, UsageDay } from "@/lib/budgets/schema";
import type { Finding } from "@/lib/findings/schema";
import { formatCount, formatMoney } from "@/lib/format";
import { pages } from "@/lib/paths";
import { describeUnconfirmed } from "@/lib/prices/rules/price-doubts";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";
import type { Check } from "./snapshot";

export const budgetExceeded: Check = ({ usage }) =>
  (usage?.budgets ?? []).flatMap((budget): Finding[] => {
    const { progress } = budget;
    const isExceeded = progress?.state === "exceeded";
    if (!progress || (!isExceeded && progress.state !== "heading_over")) return [];
    return [
      {
        code: "budget_exceeded",
        severity: isExceeded ? "error" : "warning",
        subject: { kind: "budget", id: budget.id },
        title: isExceeded
          ? `The budget of ${nameOf(budget)} is exceeded`
          : `The budget of ${nameOf(budget)} will not last the month`,
        evidence: evidenceOf(budget, progress),
        fix: "Move its agents to a cheaper model, or raise the budget.",
        action: {
          label: "Change the budget",
          href: pages.costs({ tab: "budgets", budget: budget.id }),
        },
      },
    ];
  });

/** If some usage isn't priced, the amounts are minimums. */
function evidenceOf({ monthly_usd }: MeasuredBudget, progress: BudgetProgress): string {
  const { spent_usd, forecast_usd, unpriced_tokens, too_low } = progress;
  const unconfirmed = describeUnconfirmed(progress).map((part) => `${part}.`);
  const more = [describeTooLow(too_low), ...unconfirmed]
    .map((doubt) => doubt && ` ${doubt}`)
    .join("");
  const [spent, end] = [formatMoney(spent_usd ?? 0), formatMoney(forecast_usd ?? 0)];
  const of = `of ${formatMoney(monthly_usd)} are spent this month; as it goes, it ends`;
  if (unpriced_tokens === 0) return `${spent} ${of} at ${end}.${more}`;
  const unpriced = `${formatCount(unpriced_tokens)} tokens have no price.`;
  return `At least ${spent} ${of} at least at ${end}. ${unpriced}${more}`;
}

export const usageUnusual: Check = ({ usage }) =>
  (usage?.unusual ?? []).map((day) => ({
    code: "usage_unusual",
    severity: "warning",
    subject: { kind: day.scope, id: day.key },
    title: `${day.name} used ${describeExcess(day)} on ${day.day}`,
    evidence: `${formatCount(day.tokens)} tokens on that day (UTC); the median of the 14 days before is ${formatCount(day.median_tokens)}. More than ${formatCount(day.limit_tokens)} are unusual.`,
    fix: "Look at what ran. If it is as it should be, dismiss this until the day is over.",
    action: {
      label: "See the usage",
      href: pages.costs({ range: "30d", group_by: day.scope, within: day.key }),
    },
  }));

function describeExcess({ tokens: used, median_tokens }: UsageDay): string {
  if (median_tokens === 0) return "much after two weeks of next to nothing";
  return `${Math.round(used / median_tokens)} times as much as usual`;
}

function nameOf({ scope, key }: MeasuredBudget): string {
  return `${scope} ${key}`;
}
