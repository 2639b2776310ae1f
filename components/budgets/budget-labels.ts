import type { StatusTone } from "@/components/ui/text/status";
import type { BudgetProgress, BudgetScope, BudgetState } from "@/lib/budgets/schema";
import { formatMoney, formatProviderName, formatShare } from "@/lib/format";

/** "$1,204.50", "$50": no cents in a round amount. */
export function formatAmount(usd: number): string {
  return formatMoney(usd, { cents: "unless-round" });
}

export const stateLabels: Record<BudgetState, { tone: StatusTone; label: string }> = {
  exceeded: { tone: "bad", label: "Exceeded" },
  heading_over: { tone: "warn", label: "Heading over" },
  within: { tone: "good", label: "Within" },
  unknown: { tone: "off", label: "Not known" },
};

export const scopeLabels: Record<BudgetScope["scope"], string> = {
  provider: "Provider",
  model: "Model",
  agent: "Agent",
};

/** "OpenAI", "openai / gpt-4o", "sql-agent" */
export function nameOf({ scope, key }: BudgetScope): string {
  if (scope === "model") return key.replace("#", " / ");
  return scope === "provider" ? formatProviderName(key) : key;
}

/** "$30 of $50, 60%"; "at least …" if tokens have no price. */
export function formatSpent(monthly_usd: number, progress: BudgetProgress): string {
  const { spent_usd, used_percent, unpriced_tokens } = progress;
  if (spent_usd === null || used_percent === null) {
    return `not priced, of ${formatAmount(monthly_usd)}`;
  }
  const prefix = unpriced_tokens > 0 ? "at least " : "";
  return `${prefix}${formatAmount(spent_usd)} of ${formatAmount(monthly_usd)}, ${formatShare(used_percent / 100)}`;
}
