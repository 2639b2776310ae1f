import { formatDay, formatPriceUsd } from "@/lib/format";
import type { ModelPriceFacts } from "@/lib/price-sync/schema";
import { layerLabels } from "./price-labels";

/** What the catalogs say of a model: which, since when, and how it matched. */
export function describeCatalog(facts: ModelPriceFacts | undefined): string {
  if (!facts) return "Looking the model up in the catalog…";
  const { catalog } = facts;
  if (catalog.match === "none" || !catalog.layer) return "No catalog lists this model.";
  return [
    `${layerLabels[catalog.layer]} of ${catalog.as_of}, base tier.`,
    catalog.match === "exact" && "It lists this ID.",
    catalog.match === "family" && `It lists ${catalog.matched}, not this model.`,
    catalog.match === "dated" && `Listed as ${catalog.matched}.`,
    catalog.region_may_differ && "Base price; this region may differ.",
    catalog.unverified && "The provider's page was not read again.",
    catalog.since && `Its price holds since ${formatDay(catalog.since)}.`,
    describeHours(catalog.windows),
  ]
    .filter(Boolean)
    .join(" ");
}

/** Such as "At 01:00–04:00 UTC on weekdays it is $0.30 in, $1.20 out per 1M."; null without any. */
function describeHours(windows: ModelPriceFacts["catalog"]["windows"]): string | null {
  const [first] = windows;
  if (!first) return null;
  const hours = windows.map(({ from, to }) => `${from}–${to}`).join(" and ");
  const days = first.days === "weekdays" ? " on weekdays" : "";
  const { input_price, output_price } = first.prices;
  return `At ${hours} UTC${days} it is ${formatPriceUsd(input_price, "1M")} in, ${formatPriceUsd(output_price, "1M")} out per 1M.`;
}
