import type { FieldsOf } from "@/components/ui/form/versioned-save";
import { formatCount, formatPricePerTokens } from "@/lib/format";
import type { ModelChanges } from "@/lib/models/schema";
import type { PriceUnit } from "@/lib/prices/rules/price";
import { type ChangeName, priceFields } from "./form-values";

/** A value as text, prices in the screen's unit. */
export function formatValue(
  name: ChangeName,
  values: FieldsOf<ModelChanges>,
  unit: PriceUnit,
): string {
  const price = priceFields.find((field) => field === name);
  if (price) return formatPricePerTokens(values[price] ?? null, unit);
  const value = values[name];
  if (value === null || value === undefined) return "not known";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? formatCount(value) : value;
}
