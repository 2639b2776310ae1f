import { formatPriceUsd, type PriceUnit } from "@/lib/models/price";
import { isUnitApart, type KnownPrice } from "@/lib/models/price-guard";
import type { ModelRecord, PriceName } from "@/lib/models/schema";
import { fieldLabels } from "./field-words";

const percent = new Intl.NumberFormat("en-US", {
  style: "percent",
  maximumFractionDigits: 1,
  signDisplay: "exceptZero",
});
const dollars = new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" });
const small = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 2,
});
const signs = { style: "currency", currency: "USD", signDisplay: "exceptZero" } as const;
const change = new Intl.NumberFormat("en-US", signs);
const smallChange = new Intl.NumberFormat("en-US", { ...signs, maximumSignificantDigits: 2 });

const isSmall = (usd: number) => usd !== 0 && Math.abs(usd) < 0.1;

/** A bill: "$1,204.50", "$0.0042". */
export function billWords(usd: number): string {
  return (isSmall(usd) ? small : dollars).format(usd);
}

/** The change of a bill: "+$12.40", "-$0.0042", "$0.00". */
export function billChangeWords(usd: number): string {
  return (isSmall(usd) ? smallChange : change).format(usd);
}

/** "Input", "Cache read". */
export function priceLabel(name: PriceName): string {
  return fieldLabels[name].replace(" price", "");
}

/** "$2.50 per 1M tokens", "not priced". */
export function priceWords(price: number | null, unit: PriceUnit): string {
  const words = formatPriceUsd(price, unit);
  return price === null ? words : `${words} per ${unit} tokens`;
}

/** How far a price is from the catalog's: "same", "+20%", "about 1,000 times"; null where one of them is missing. */
export function differenceWords(ours: number | null, listed: number | null): string | null {
  if (ours === null || listed === null) return null;
  if (ours === listed) return "same";
  if (isUnitApart(ours, listed)) {
    return ours > listed ? "about 1,000 times higher" : "about a thousandth";
  }
  if (listed === 0) return "free in the catalog";
  const ratio = ours / listed - 1;
  return Math.abs(ratio) < 0.0005 ? "almost the same" : percent.format(ratio);
}

/** Who set a price; those of older tools do not say it. */
export function sourceOf(model: ModelRecord, name: PriceName): string {
  return model[name] === null ? "" : (model[`${name}_source`] ?? "older tool");
}

export const capitalised = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** What is odd about a price: "about 1,000 times the catalog price ($2.50 per 1M)". */
export function referenceWords(price: number, known: KnownPrice): string {
  const usual = priceWords(known.price, "1M").replace(" tokens", "");
  if (known.from === "siblings") {
    const far = price > known.price ? "far above" : "far below";
    return `${far} what models of this provider usually cost (about ${usual})`;
  }
  const times = price > known.price ? "about 1,000 times" : "about a thousandth of";
  return `${times} the ${known.from} price (${usual})`;
}
