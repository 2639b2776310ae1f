import { formatPriceUsd, type PriceUnit } from "@/lib/models/price";
import type { ModelChanges } from "@/lib/models/schema";
import { priceFields } from "./form-values";
import type { ChangeName } from "./save-model";

/** What screens call the attributes of a model. */
export const fieldLabels: Record<ChangeName, string> = {
  display_name: "Name",
  purpose: "Purpose",
  input_price: "Input price",
  output_price: "Output price",
  cache_read_price: "Cache read price",
  cache_write_price: "Cache write price",
  max_tokens: "Context window",
  max_output_tokens: "Output limit",
  supports_tools: "Tools",
  supports_vision: "Vision",
  is_active: "Active",
  is_default: "Default",
  lifecycle: "Provider's lifecycle",
  retires_on: "Provider retires it on",
};

/** One value as words, prices in the unit of the screen. */
export function valueInWords(name: ChangeName, values: ModelChanges, unit: PriceUnit): string {
  const price = priceFields.find((field) => field === name);
  if (price) {
    const text = formatPriceUsd(values[price] ?? null, unit);
    return values[price] == null ? text : `${text} per ${unit} tokens`;
  }
  const value = values[name];
  if (value === null || value === undefined) return "not known";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? value.toLocaleString("en-US") : value;
}
