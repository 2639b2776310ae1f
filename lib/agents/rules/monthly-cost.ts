import { formatMoney } from "@/lib/format";

/** What an agent costs a month, now and then in USD: "$41.20 → $3.10". */
export function formatMonthlyCost(cost: {
  now: number | null;
  then: number | null;
  too_low?: readonly string[] | undefined;
}): string {
  if (cost.now === null && cost.then === null) return "not known: no usage or no price";
  const [now, then] = [cost.now, cost.then].map((usd) =>
    usd === null ? "not known" : formatMoney(usd),
  );
  return `${now} → ${then}${cost.too_low ? " (too low)" : ""}`;
}
