import { formatMoney } from "@/lib/format";
import type { UnconfirmedCost } from "@/lib/prices/schema";
import type { TooLow } from "@/lib/too-low";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";

type Doubtful = UnconfirmedCost & { too_low?: readonly TooLow[] | undefined };
type Props = {
  of: Doubtful;
  /** Shows the amounts only in the tooltip. */
  isShort?: boolean;
};

/** A mark below an amount that leaves something out, or whose prices aren't all the models' own. */
export function CostMark({ of: { too_low, by_family_usd, base_price_usd }, isShort }: Props) {
  const why = describeTooLow(too_low);
  const parts = [
    by_family_usd && [formatMoney(by_family_usd), "by family"],
    base_price_usd && [formatMoney(base_price_usd), "at a base price"],
  ].flatMap((part) => (part ? [part] : []));
  const words = parts.map(([amount, price]) => (isShort ? price : `${amount} ${price}`));
  const marks = [...(why ? ["too low"] : []), ...words];
  if (marks.length === 0) return null;
  const tips = isShort ? parts.map((part) => `${part.join(" ")}.`) : [];
  return (
    <abbr
      title={[why, ...tips].filter(Boolean).join(" ") || undefined}
      className="block text-xs font-normal text-ink-3 no-underline"
    >
      {marks.join(" · ")}
    </abbr>
  );
}
