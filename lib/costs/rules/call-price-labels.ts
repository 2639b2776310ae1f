import type { CallPriceNotes } from "@/lib/costs/schema";
import { formatContextWindow } from "@/lib/format";
import { ofFamily, otherRegion } from "@/lib/prices/rules/price-doubts";

/**
 * Labels such as "long-context price, above 200K input tokens"; empty at the model's own base
 * prices.
 */
export function describeCallPrices(call: CallPriceNotes): string[] {
  const { price_above_input_tokens: above, price_hours: hours } = call;
  return [
    ...(call.price_by_family ? [ofFamily] : []),
    ...(call.price_region_may_differ ? [otherRegion] : []),
    ...(above === undefined
      ? []
      : [`long-context price, above ${formatContextWindow(above)} input tokens`]),
    ...(hours
      ? [`${hours.is_peak ? "peak" : "off-peak"} hours, ${hours.from}–${hours.to} UTC`]
      : []),
  ];
}
