"use client";

import { useQuery } from "@tanstack/react-query";
import { describeCatalog } from "@/components/models/prices/catalog-facts";
import { modelQueries } from "@/components/models/queries";
import { describeError } from "@/components/ui/text/describe-error";
import { formatDay, formatPriceUsd } from "@/lib/format";
import type { PriceName } from "@/lib/models/schema";
import type { ModelPriceFacts } from "@/lib/price-sync/schema";

export type PriceOriginProps = {
  /** The pk of the registered model. */
  pk: string;
  name: PriceName;
};

/** The source and start of a price, and how the catalogs list its model. */
export function PriceOriginText({ pk, name }: PriceOriginProps) {
  const at = pk.indexOf("#");
  const { data, error } = useQuery({
    ...modelQueries.prices(pk.slice(0, at), pk.slice(at + 1)),
    staleTime: 60_000,
  });
  if (error && !data) return describeError(error).detail;
  if (!data) return "Looking it up…";
  return `${describeSource(data, name)} ${describeCatalog(data)}${describeOther(data, name)}`;
}

/** The catalog's price, if it differs from the model's. */
function describeOther({ catalog, history }: ModelPriceFacts, name: PriceName): string {
  const [own, listed] = [history[0]?.prices[name] ?? null, catalog[name]];
  if (listed === null || own === null || own === listed) return "";
  return ` Its price there is ${formatPriceUsd(listed, "1M")} per 1M.`;
}

const sources = {
  admin: "Set by an admin",
  catalog: "From the catalog",
  family: "The catalog's price of the family",
} as const;

function describeSource(
  { since, sources: of, history }: ModelPriceFacts,
  name: PriceOriginProps["name"],
) {
  const [from, source] = [since[name], of[name]];
  const set_by = history[0]?.provenance[name]?.set_by ?? null;
  const who = source ? `${sources[source]}${set_by ? ` (${set_by})` : ""}` : "Set by an older tool";
  return from ? `${who}, here since ${formatDay(from.slice(0, 10))}.` : `${who}.`;
}
