import type { StatusTone } from "@/components/ui/text/status";
import type { BudgetOf, BudgetProgress, BudgetState } from "@/lib/budgets/schema";
import { isProviderId, providerInfo } from "@/lib/providers/schema";

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 0 });

/** "$1,204.50"; a round amount has no cents. */
export function usdWords(usd: number): string {
  return dollars.format(usd).replace(/\.00$/, "");
}

/** Of a number of hundredths: 43.7 is "44%"; a part that rounds to nothing is "<1%". */
export function percentWords(hundredths: number): string {
  return hundredths > 0 && hundredths < 1 ? "<1%" : percent.format(hundredths / 100);
}

export const stateWords: Record<BudgetState, { tone: StatusTone; word: string }> = {
  exceeded: { tone: "bad", word: "Exceeded" },
  heading_over: { tone: "warn", word: "Heading over" },
  within: { tone: "good", word: "Within" },
  unknown: { tone: "off", word: "Not known" },
};

export const scopeWords: Record<BudgetOf["scope"], string> = {
  provider: "Provider",
  model: "Model",
  agent: "Agent",
};

/** "OpenAI", "openai / gpt-4o", "sql-agent" */
export function nameOf({ scope, key }: BudgetOf): string {
  if (scope === "model") return key.replace("#", " / ");
  return scope === "provider" && isProviderId(key) ? providerInfo(key).name : key;
}

/** "$30 of $50, 60%", "at least …" where tokens have no price. */
export function spentWords(monthly_usd: number, progress: BudgetProgress): string {
  const { spent_usd, used_percent, unpriced_tokens } = progress;
  if (spent_usd === null || used_percent === null) {
    return `not priced, of ${usdWords(monthly_usd)}`;
  }
  const least = unpriced_tokens > 0 ? "at least " : "";
  return `${least}${usdWords(spent_usd)} of ${usdWords(monthly_usd)}, ${percentWords(used_percent)}`;
}

/** What was typed, in USD; undefined for what is no number. */
export function amountOf(text: string): number | undefined {
  const written = text
    .trim()
    .replace(/^\$\s*/, "")
    .replaceAll(",", "");
  return /^\d+\.?\d*$|^\.\d+$/.test(written) ? Number(written) : undefined;
}
