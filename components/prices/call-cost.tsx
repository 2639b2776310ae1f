import Link from "next/link";
import { describeCallPrices } from "@/lib/costs/rules/call-price-labels";
import type { CallPriceNotes } from "@/lib/costs/schema";
import { formatMoney } from "@/lib/format";
import { pages } from "@/lib/paths";
import { PriceOrigin } from "./price-origin";

type Props = {
  /** USD. */
  usd: number;
  /** The pk of the called model, registered or not. */
  pk: string;
  /** Shown before the price's source. */
  note?: string;
};

/** The cost of calls to one model, with the source of its price and a link to its sheet. */
export function CallCost({ usd, pk, note }: Props) {
  return (
    <PriceOrigin pk={pk} name="input_price" note={note}>
      <Link href={pages.models({ model: pk })} prefetch={false} className="rounded-sm">
        {formatMoney(usd, { significantDigits: 3 })}
      </Link>
    </PriceOrigin>
  );
}

/**
 * The prices that a call's cost is based on, shown below the cost; nothing at the model's own base
 * prices.
 */
export function CallPrices({ of }: { of: CallPriceNotes }) {
  return describeCallPrices(of).map((note) => (
    <span key={note} className="block text-sm text-warn">
      {note}
    </span>
  ));
}
