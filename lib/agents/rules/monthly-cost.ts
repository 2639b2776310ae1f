import { formatMoney } from "@/lib/format";
import type { OtherPrice } from "@/lib/prices/rules/price-doubts";

type PresentCost = {
  now: number | null;
  too_low?: readonly string[] | undefined;
  now_at?: OtherPrice | undefined;
};
type MonthlyCost = PresentCost & { then: number | null; then_at?: OtherPrice | undefined };

const notKnown = "not known: no usage or no price";
const amount = (usd: number | null) => (usd === null ? "not known" : formatMoney(usd));
const prices: Record<OtherPrice, string> = {
  by_family: "at a price by family",
  base_price: "at a base price; the region may differ",
};

function marked(text: string, marks: (string | false | undefined)[]): string {
  const said = marks.filter(Boolean);
  return said.length > 0 ? `${text} (${said.join(", ")})` : text;
}

/** What an agent costs a month before and after a switch, in USD: "$41.20 → $3.10". */
export function formatMonthlyCost({ now, then, too_low, now_at, then_at }: MonthlyCost): string {
  if (now === null && then === null) return notKnown;
  return marked(`${amount(now)} → ${amount(then)}`, [
    too_low && "too low",
    now_at && `now ${prices[now_at]}`,
    then_at && `then ${prices[then_at]}`,
  ]);
}

/** What an agent costs a month on its present model in USD: "$41.20". */
export function formatPresentCost({ now, too_low, now_at }: PresentCost): string {
  if (now === null) return notKnown;
  return marked(amount(now), [too_low && "too low", now_at && prices[now_at]]);
}
