import Big from "big.js";
import type { UnconfirmedCost } from "@/lib/prices/schema";

const names = ["by_family_usd", "base_price_usd"] as const;

/** Sums the unconfirmed parts of costs, in exact decimals. */
export function sumUnconfirmed(all: readonly UnconfirmedCost[]): UnconfirmedCost {
  const sums = names.flatMap((name) => {
    const parts = all.flatMap((of) => of[name] ?? []);
    const sum = parts.reduce((total, part) => total.plus(part), new Big(0)).toNumber();
    return sum > 0 ? [[name, sum] as const] : [];
  });
  return Object.fromEntries(sums);
}

/** Picks the unconfirmed parts from a figure. */
export const unconfirmedOf = (figures: UnconfirmedCost) => sumUnconfirmed([figures]);

/** The unconfirmed parts of the cost of one of so many, such as a run. */
export function unconfirmedPer(count: number, figures: UnconfirmedCost): UnconfirmedCost {
  const parts = names.flatMap((name) => {
    const usd = figures[name];
    return usd ? [[name, usd / count] as const] : [];
  });
  return Object.fromEntries(parts);
}
