"use client";

import {
  parseAsArrayOf,
  parseAsBoolean,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
} from "nuqs/server";
import { parseAsSort } from "@/components/ui/table/sort-state";
import { useUrlState } from "@/components/ui/url-state";

export const maxCompared = 4;

/** The filter that Prices and Calculator share. */
export const filterParsers = {
  q: parseAsString.withDefault(""),
  tools: parseAsBoolean.withDefault(false),
  vision: parseAsBoolean.withDefault(false),
  inactive: parseAsBoolean.withDefault(false),
  context: parseAsInteger.withDefault(0),
};

const none: string[] = [];
const parsers = {
  ...filterParsers,
  prices_sort: parseAsSort(),
  unit: parseAsStringLiteral(["1M", "1K"] as const).withDefault("1M"),
  /** The pks of the models to be compared. */
  compare: parseAsArrayOf(parseAsString).withDefault(none),
  view: parseAsStringLiteral(["side", "catalog", "coming"] as const),
};

export function usePricesState() {
  return useUrlState(parsers);
}
