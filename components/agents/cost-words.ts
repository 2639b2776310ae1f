import type { MonthlyCost } from "@/lib/agents/schema";

const large = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const small = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 2,
});

/** USD a month with enough digits: "$41.20", "$0.0031". */
export function usd(amount: number): string {
  return amount === 0 || amount >= 1 ? large.format(amount) : small.format(amount);
}

/** "$41.20 → $3.10 a month"; what is not known is said so. */
export function monthlyCostWords({ now, then }: MonthlyCost): string {
  if (now === null && then === null) return "not known: no usage seen yet";
  const [before, after] = [now, then].map((cost) => (cost === null ? "not known" : usd(cost)));
  return `${before} → ${after}`;
}
