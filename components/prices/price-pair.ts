import { formatPriceUsd } from "@/lib/format";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { describeDoubt, type PriceDoubts } from "@/lib/prices/rules/price-doubts";

type Priced = PriceDoubts & { input_price: number | null; output_price: number | null };

/** "$0.80 in, $3.20 out per 1M tokens, price of its family", or "not priced". */
export function formatPricePair(
  model: Priced,
  unit: PriceUnit = "1M",
  per = `per ${unit}`,
): string {
  const { input_price, output_price } = model;
  if (input_price === null && output_price === null) return "not priced";
  const pair = `${formatPriceUsd(input_price, unit)} in, ${formatPriceUsd(output_price, unit)} out`;
  const doubt = describeDoubt(model);
  return `${pair} ${per}${doubt ? `, ${doubt}` : ""}`;
}
