"use client";

import { useQuery } from "@tanstack/react-query";
import { describeCatalog } from "@/components/models/prices/catalog-facts";
import { modelQueries } from "@/components/models/queries";
import { describeError } from "@/components/ui/text/describe-error";
import { formatDay } from "@/lib/format";
import type { PriceName } from "@/lib/models/schema";
import type { ModelPriceFacts } from "@/lib/price-sync/schema";

export type PriceOriginProps = {
  /** Of the registered model. */
  pk: string;
  name: PriceName;
};

/** Where a price is from, since when, and how the catalogs list its model. */
export function PriceOriginText({ pk, name }: PriceOriginProps) {
  const at = pk.indexOf("#");
  const { data, error } = useQuery({
    ...modelQueries.prices(pk.slice(0, at), pk.slice(at + 1)),
    staleTime: 60_000,
  });
  if (error && !data) return describeError(error).detail;
  if (!data) return "Looking it up…";
  return `${describeSource(data, name)} ${describeCatalog(data)}`;
}

const sources = {
  admin: "Set by an admin",
  catalog: "From the catalog",
  family: "The catalog's price of the family",
} as const;

function describeSource({ since, sources: of }: ModelPriceFacts, name: PriceOriginProps["name"]) {
  const [from, source] = [since[name], of[name]];
  const who = source ? sources[source] : "Set by an older tool";
  return from ? `${who}, here since ${formatDay(from.slice(0, 10))}.` : `${who}.`;
}
