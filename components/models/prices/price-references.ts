"use client";

import { useQuery } from "@tanstack/react-query";
import { priceFields } from "@/components/models/edit/form-values";
import { modelQueries } from "@/components/models/queries";
import type { ModelRecord, PriceName } from "@/lib/models/schema";
import { type PriceReferences, usualPrice } from "@/lib/prices/rules/price-guard";

/** The prices with which each price of a form is compared. */
export type References = Record<PriceName, PriceReferences>;

type ReferenceSources = {
  providerId: string;
  catalog: Partial<Record<PriceName, number | null>> | null | undefined;
  /** The edited record; null for a new model. */
  stored: ModelRecord | null;
};

/** The catalog's prices, the stored ones, and those of the provider's other models. */
export function usePriceReferences({ providerId, catalog, stored }: ReferenceSources): References {
  const { data } = useQuery(modelQueries.list());
  const siblings =
    data?.models.filter(({ provider_id, pk }) => provider_id === providerId && pk !== stored?.pk) ??
    [];
  const of = (name: PriceName): PriceReferences => ({
    catalog: catalog?.[name] ?? null,
    usual: usualPrice(siblings.map((model) => model[name])),
    stored: stored?.[name] ?? null,
  });
  const entries = priceFields.map((name) => [name, of(name)]);
  // The entries hold every price name.
  return Object.fromEntries(entries) as References;
}
