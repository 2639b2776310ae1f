import Big from "big.js";
import * as z from "zod/mini";
import known from "@/lib/models/known-models.json";
import { KnownPrices } from "@/lib/prices/schema";
import { providerIds } from "@/lib/providers/schema";
import {
  type CatalogModel,
  catalogPriceNames,
  type DatedPrices,
  noPrices,
  type TokenPrices,
} from "./catalog-model";

/** The parts of a row of the dated table that make it a price catalog. */
const TableRow = z.object({
  provider: z.enum(providerIds),
  model_id: z.string(),
  display_name: z.string(),
  max_tokens: z.nullable(z.number()),
  max_output_tokens: z.nullable(z.number()),
  lifecycle: z.nullable(z.enum(["active", "legacy", "retired"])),
  retires_on: z.nullable(z.string()),
  prices: z.optional(z.array(KnownPrices)),
});
type TableRow = z.infer<typeof TableRow>;

/** The dated table as a catalog. */
export function readTable(): { as_of: string; models: CatalogModel[] } {
  const rows = z.array(TableRow).parse(known.models);
  return { as_of: known.as_of, models: rows.map(readTableRow) };
}

function readTableRow(row: TableRow): CatalogModel {
  return {
    provider: row.provider,
    ids: [row.model_id],
    name: row.display_name,
    context_window: row.max_tokens,
    max_output_tokens: row.max_output_tokens,
    lifecycle: row.lifecycle,
    retires_on: row.retires_on,
    prices: (row.prices ?? []).map(toDated),
  };
}

function toDated({ from, tiers = [], peak, read_on, source, ...rest }: KnownPrices): DatedPrices {
  const { region_may_differ = false, unverified = false, ...some } = rest;
  const prices = { ...noPrices, ...some };
  return {
    ...prices,
    from: from ?? null,
    tiers: tiers.map((tier) => ({ ...noPrices, ...tier })),
    windows: (peak?.hours ?? []).map((hours) => ({
      ...hours,
      days: peak?.days ?? "every_day",
      prices: times(prices, peak?.factor ?? 1),
    })),
    as_of: read_on,
    source,
    region_may_differ,
    unverified,
  };
}

function times(prices: TokenPrices, factor: number): TokenPrices {
  const result = { ...noPrices };
  for (const name of catalogPriceNames) {
    const price = prices[name];
    result[name] = price === null ? null : new Big(price).times(factor).toNumber();
  }
  return result;
}
