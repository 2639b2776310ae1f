import { formatDay, formatPriceUsd } from "@/lib/format";
import type { ModelPriceFacts } from "@/lib/price-sync/schema";
import { layerLabels } from "@/lib/prices/rules/origin-labels";
import { otherRegion } from "@/lib/prices/rules/price-doubts";
import { capitalised } from "./price-labels";

/** The catalogs' facts about a model: which catalog, since when, and how it matched. */
export function describeCatalog(facts: ModelPriceFacts | undefined): string {
  if (!facts) return "Looking the model up in the catalog…";
  const { catalog } = facts;
  if (catalog.match === "none" || !catalog.layer || !catalog.as_of)
    return "No catalog lists this model.";
  return [
    `${capitalised(layerLabels[catalog.layer])} of ${formatDay(catalog.as_of)}, base tier.`,
    catalog.match === "exact" && "It lists this ID.",
    catalog.match === "family" && `It lists ${catalog.matched}, not this model.`,
    catalog.match === "dated" && `Listed as ${catalog.matched}.`,
    catalog.region_may_differ && `${capitalised(otherRegion)}.`,
    catalog.unverified && "The provider's page was not read again.",
    catalog.since && `Its price holds since ${formatDay(catalog.since)}.`,
    describeHours(catalog.windows),
  ]
    .filter(Boolean)
    .join(" ");
}

/**
 * A sentence such as "At 01:00–04:00 UTC on weekdays it is $0.30 in, $1.20 out per 1M."; null if
 * there are none.
 */
function describeHours(windows: ModelPriceFacts["catalog"]["windows"]): string | null {
  const [first] = windows;
  if (!first) return null;
  const hours = windows.map(({ from, to }) => `${from}–${to}`).join(" and ");
  const days = first.days === "weekdays" ? " on weekdays" : "";
  const { input_price, output_price } = first.prices;
  return `At ${hours} UTC${days} it is ${formatPriceUsd(input_price, "1M")} in, ${formatPriceUsd(output_price, "1M")} out per 1M.`;
}
