import { formatDay } from "@/lib/format";
import type { PriceProvenance } from "@/lib/prices/schema";
import type { CatalogMatch, LayerName } from "./catalog-model";
import { otherRegion } from "./price-doubts";

export const layerLabels: Record<LayerName, string> = {
  npm: "the npm catalog",
  table: "the console's own table",
  admin: "your catalog",
};

/** How a catalog lists a model, and the date of that. */
export type ListedAs = {
  layer: LayerName;
  /** YYYY-MM-DD. */
  as_of: string;
  match: Exclude<CatalogMatch, "none">;
  region_may_differ: boolean;
};

/** A phrase such as "the npm catalog of 23 Sep 2026 lists this ID". */
export function describeListing(listed: ListedAs): string {
  return `${layerLabels[listed.layer]} of ${formatDay(listed.as_of)} lists ${describeMatch(listed)}`;
}

const matches = {
  exact: "this ID",
  dated: "this ID up to its date",
  family: "its family only",
} as const;

/**
 * A phrase such as "this ID up to its date", or "the base model: base price; this region may
 * differ".
 */
function describeMatch({ match, region_may_differ }: Omit<ListedAs, "layer" | "as_of">): string {
  if (!region_may_differ) return matches[match];
  return `${match === "family" ? "the base model" : matches[match]}: ${otherRegion}`;
}

/**
 * Who set a price and from where, such as "alice, from the npm catalog of 23 Sep 2026, which lists its
 * family only".
 */
export function describeProvenance(of: PriceProvenance | null): string {
  if (!of) return "not recorded";
  const { set_by, source, layer, as_of, match, region_may_differ } = of;
  if (source !== "catalog") return set_by ?? (source === "admin" ? "an admin" : "not recorded");
  const isKnown = layer && as_of && match && match !== "none";
  const from = isKnown
    ? `${layerLabels[layer]} of ${formatDay(as_of)}, which lists ${describeMatch({ match, region_may_differ })}`
    : "the catalog";
  return set_by ? `${set_by}, from ${from}` : `from ${from}`;
}
