import type { ModelRow } from "@/lib/models/reference-service";
import { type PriceName, priceNames } from "@/lib/models/schema";
import type { SyncedPrice } from "@/lib/price-sync/schema";
import type { Catalog } from "@/lib/prices/catalog-repository";
import { isSamePrice, isUnitApart } from "@/lib/prices/rules/price-guard";

/** The prices of a row that differ from the catalog, except prices that the catalog doesn't list. */
export function priceDifferences(row: ModelRow, catalog: Catalog): SyncedPrice[] {
  const listed = catalog.price(row.provider, row.model_id);
  if (!listed) return [];
  return priceNames.flatMap((name): SyncedPrice[] => {
    const [from, to] = [row[name], listed[name]];
    if (to === null || (from !== null && isSamePrice(from, to))) return [];
    const source = row[`${name}_source`];
    return [
      {
        name,
        from,
        to,
        source,
        from_since: null,
        to_since: listed.since,
        match: listed.match,
        region_may_differ: listed.region_may_differ,
        ...(name.startsWith("cache_") && listed.cache_from
          ? { layer: listed.cache_from.layer, as_of: listed.cache_from.as_of }
          : { layer: listed.layer, as_of: listed.as_of }),
        is_protected: listed.match === "family" || (from !== null && isProtected(name, source)),
        unit_suspect: from !== null && isUnitApart(from, to),
        effect: null,
      },
    ];
  });
}

/** Only this console writes cache prices; those without a source are older than the attribute. */
function isProtected(name: PriceName, source: SyncedPrice["source"]): boolean {
  return source === "admin" || (source === null && name.startsWith("cache_"));
}
