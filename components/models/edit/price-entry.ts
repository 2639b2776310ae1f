import { exactPrice, type PriceUnit, perMillion } from "@/lib/prices/rules/price";

/** A price as typed, with the unit shown at that time. */
export type PriceEntry = { text: string; unit: PriceUnit };

const decimal = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;

/** A stored price (USD per 1M tokens) as text to type on; empty when not priced. */
export function priceEntry(price: number | null, unit: PriceUnit): PriceEntry {
  return { text: price === null ? "" : exactPrice(price, unit), unit };
}

/** USD per 1M tokens; null for an empty field (not priced); undefined if it isn't a number. */
export function entryPrice({ text, unit }: PriceEntry): number | null | undefined {
  const written = text.trim().replace(/^\$\s*/, "");
  if (written === "") return null;
  if (!decimal.test(written)) return undefined;
  const price = Number(written);
  return unit === "1M" ? price : perMillion(price);
}

/** The entry's text in another unit. Text that isn't a number is kept. */
export function entryText(entry: PriceEntry, unit: PriceUnit): string {
  if (entry.unit === unit) return entry.text;
  const price = entryPrice(entry);
  return price === undefined || price === null ? entry.text : exactPrice(price, unit);
}
