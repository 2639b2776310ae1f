import { type ParsedNumber, parseNumber } from "@/lib/numbers";
import { exactPrice, type PriceUnit, perMillion } from "@/lib/prices/rules/price";

/** A price as typed, with the unit selected at that time. */
export type PriceEntry = { text: string; unit: PriceUnit };

/** A stored price (USD per 1M tokens) as editable text; empty when not priced. */
export function priceEntry(price: number | null, unit: PriceUnit): PriceEntry {
  return { text: price === null ? "" : exactPrice(price, unit), unit };
}

/** A number is in USD per 1M tokens; the two readings of an ambiguous text are in the typed unit. */
export function parseEntry({ text, unit }: PriceEntry): ParsedNumber {
  const parsed = parseNumber(text);
  if (parsed.kind !== "number" || unit === "1M") return parsed;
  return { kind: "number", value: perMillion(parsed.value) };
}

/** USD per 1M tokens; null for an empty field (not priced); undefined if invalid or ambiguous. */
export function entryPrice(entry: PriceEntry): number | null | undefined {
  const parsed = parseEntry(entry);
  if (parsed.kind === "number") return parsed.value;
  return parsed.kind === "empty" ? null : undefined;
}

/** The entry's text in another unit. Text that isn't a number is kept. */
export function entryText(entry: PriceEntry, unit: PriceUnit): string {
  if (entry.unit === unit) return entry.text;
  const price = entryPrice(entry);
  return price === undefined || price === null ? entry.text : exactPrice(price, unit);
}
