import { fieldLabels, formatPercentChange, formatPriceUsd } from "@/lib/format";
import type { ModelRecord, PriceName } from "@/lib/models/schema";
import { isPerTokenApart, isUnitApart, type KnownPrice } from "@/lib/prices/rules/price-guard";

/** "Input", "Cache read". */
export function priceLabel(name: PriceName): string {
  return fieldLabels.model[name].replace(" price", "");
}

/** "same", "+20%", "about 1,000 times higher"; null if one of them is missing. */
export function describeDifference(
  registered: number | null,
  listed: number | null,
): string | null {
  if (registered === null || listed === null) return null;
  if (registered === listed) return "same";
  if (isUnitApart(registered, listed)) {
    return registered > listed ? "about 1,000 times higher" : "about a thousandth";
  }
  if (listed === 0) return "free in the catalog";
  const ratio = registered / listed - 1;
  return Math.abs(ratio) < 0.0005 ? "almost the same" : formatPercentChange(ratio, 1);
}

/** Who set a price. Older tools didn't record it. */
export function sourceOf(model: ModelRecord, name: PriceName): string {
  if (model[name] === null) return "";
  if (model.priced_by_family?.includes(name)) {
    return model.price_region_may_differ ? "of the base model" : "by family";
  }
  return model[`${name}_source`] ?? "older tool";
}

export const capitalised = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** "about 1,000 times the catalog price ($2.50 per 1M)" */
export function describeReference(price: number, reference: KnownPrice): string {
  const usual = `${formatPriceUsd(reference.price, "1M")} per 1M`;
  if (reference.from === "siblings") {
    const far = price > reference.price ? "far above" : "far below";
    return `${far} what models of this provider usually cost (about ${usual})`;
  }
  if (reference.from === "minimum") return `less than any model costs (${usual})`;
  if (isPerTokenApart(price, reference.price)) {
    return `about a millionth of the ${reference.from} price (${usual})`;
  }
  const times = price > reference.price ? "about 1,000 times" : "about a thousandth of";
  return `${times} the ${reference.from} price (${usual})`;
}
