import { formatMoney } from "@/lib/format";
import type { UnconfirmedCost } from "@/lib/prices/schema";

export const otherRegion = "base price; this region may differ";
export const ofFamily = "price of its family";

/** The doubts about whether a registered model's price is its own. */
export type PriceDoubts = {
  price_unit: "assumed" | null;
  priced_by_family?: readonly string[] | undefined;
  price_region_may_differ?: true | undefined;
};

/** "price of its family" or similar; null without doubts. */
export function describeDoubt(model: PriceDoubts): string | null {
  if (model.price_region_may_differ) return otherRegion;
  if (model.priced_by_family) return ofFamily;
  return model.price_unit === null ? null : "unit assumed";
}

/** Whose price it is, if it isn't the model's own. */
export const otherPrices = ["by_family", "base_price"] as const;
export type OtherPrice = (typeof otherPrices)[number];

export function otherPriceOf(
  { priced_by_family, price_region_may_differ }: Omit<PriceDoubts, "price_unit">,
  name: string,
): OtherPrice | null {
  if (price_region_may_differ) return "base_price";
  return priced_by_family?.includes(name) ? "by_family" : null;
}

/** Whose price a figure is at, in part or whole, if it isn't the model's own. */
export const otherPriceIn = (figures: UnconfirmedCost): OtherPrice | undefined =>
  otherPrices.find((other) => figures[`${other}_usd`]);

/**
 * Sentences such as "$1.20 of it is at a price by family", without their full stops; empty if every
 * price is the model's own.
 */
export function describeUnconfirmed(
  { by_family_usd, base_price_usd }: UnconfirmedCost,
  of = "of it is",
): string[] {
  return [
    ...(by_family_usd ? [`${formatMoney(by_family_usd)} ${of} at a price by family`] : []),
    ...(base_price_usd
      ? [`${formatMoney(base_price_usd)} ${of} at a base price; the region may differ`]
      : []),
  ];
}
