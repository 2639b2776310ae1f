import "server-only";
import type { Catalog } from "@/lib/costs/catalog";
import type { Step } from "@/lib/operations/step";
import { changedAttributes, type ModelRow } from "./row";
import type { PriceName, PriceSource } from "./schema";
import { updateStep } from "./update-step";

/**
 * The step that gives a model these prices (USD per 1M tokens) with where they come from.
 * @param etag the row must be the one of this etag; null: its prices must be as they were read
 */
export function pricesStep(
  row: ModelRow,
  prices: Partial<Record<PriceName, number>>,
  price_source: PriceSource,
  catalog: Catalog,
  etag: string | null,
): Step {
  const attributes = changedAttributes(row, { ...prices, price_source }, catalog);
  return { ...updateStep(row, attributes, new Date().toISOString()), expected_etag: etag };
}

/** The prices of a row that only an older attribute of unclear unit has. */
export function assumedPrices(row: ModelRow): Partial<Record<PriceName, number>> {
  if (row.price_unit !== "assumed") return {};
  const names = (["input_price", "output_price"] as const).filter(
    (name) => row.raw[name]?.N === undefined && row[name] !== null,
  );
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}
