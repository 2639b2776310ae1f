import type { WhatIf } from "@/lib/costs/what-if";
import { providerIdOf, providerInfo } from "@/lib/providers/schema";
import type { UsageGrouping } from "@/lib/usage/groupings";
import type { UsageFigures } from "@/lib/usage/schema";

const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const small = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 2,
});
const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 0 });
const signed = new Intl.NumberFormat("en-US", {
  style: "percent",
  maximumFractionDigits: 0,
  signDisplay: "exceptZero",
});

/** "$1,204.50", "$0.0042" */
export function usdWords(usd: number): string {
  return usd !== 0 && Math.abs(usd) < 0.1 ? small.format(usd) : dollars.format(usd);
}

/** "at least" where a part has no price; "not priced" where nothing has. */
export function spendWords({ cost_usd, unpriced_tokens }: UsageFigures): string {
  if (cost_usd === null) return "not priced";
  return unpriced_tokens > 0 ? `at least ${usdWords(cost_usd)}` : usdWords(cost_usd);
}

/** "19.8M" */
export const tokensShort = (tokens: number) => short.format(tokens);
export const tokensExact = (tokens: number) => tokens.toLocaleString("en-US");

/** "12%"; a part that rounds to nothing is "<1%". */
export function shareWords(share: number): string {
  return share > 0 && share < 0.01 ? "<1%" : percent.format(share);
}

/** Beyond this the number itself says nothing. */
const mostChange = 9.99;

/** "+12%"; null without anything to compare to. */
export function changeWords(now: number | null, before: number | null | undefined): string | null {
  if (now === null || !before) return null;
  const change = now / before - 1;
  return change > mostChange ? `over ${signed.format(mostChange)}` : signed.format(change);
}

export const groupingWords: Record<UsageGrouping, { one: string; many: string }> = {
  provider: { one: "Provider", many: "providers" },
  model: { one: "Model", many: "models" },
  agent: { one: "Agent", many: "agents" },
};

/** The beginning of a period: "Nov 3", or "Nov 3, 14:00" where periods are hours; UTC. */
export function periodWords(at: string | number, period_seconds: number): string {
  const hours = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return new Date(at).toLocaleString("en-US", {
    month: "short",
    day: "numeric",
    ...(period_seconds < 86_400 && hours),
    timeZone: "UTC",
  });
}

/** "Amazon Bedrock"; a name that nobody knows stands for itself. */
export function providerName(name: string): string {
  const id = providerIdOf(name);
  return id ? providerInfo(id).name : name;
}

/** "−$4.10 (−62%)", "+$0.20"; what cannot be told is said so. */
export function differenceWords({ difference_usd, spent_usd }: WhatIf): string {
  if (difference_usd === null) return "not known";
  if (difference_usd === 0) return "the same";
  const sign = difference_usd < 0 ? "−" : "+";
  const change = spent_usd ? changeWords(spent_usd + difference_usd, spent_usd) : null;
  const share = change ? ` (${change.replace("-", "−")})` : "";
  return `${sign}${usdWords(Math.abs(difference_usd))}${share}`;
}
