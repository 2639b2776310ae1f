"use client";

import { parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral } from "nuqs";
import { parseAsSort } from "@/components/ui/table/sort-state";
import { useUrlState } from "@/components/ui/url-state";

/** As many columns as stand side by side without losing the eye. */
export const mostCompared = 4;

/** Which models the lists of prices and of the calculator show. */
export const filterParsers = {
  q: parseAsString.withDefault(""),
  tools: parseAsBoolean.withDefault(false),
  vision: parseAsBoolean.withDefault(false),
  inactive: parseAsBoolean.withDefault(false),
};

const none: string[] = [];
const parsers = {
  ...filterParsers,
  prices_sort: parseAsSort(),
  unit: parseAsStringLiteral(["1M", "1K"] as const).withDefault("1M"),
  /** The pks of the models to be compared. */
  compare: parseAsArrayOf(parseAsString).withDefault(none),
  view: parseAsStringLiteral(["side"] as const),
};

/** Everything about the table of prices that a link can carry. */
export function usePricesState() {
  return useUrlState(parsers);
}
