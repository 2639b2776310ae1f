"use client";

import { parseAsSort } from "@/components/ui/table/sort-state";
import { parseAsString, useQueryStates } from "@/components/ui/url-state";
import { filterParsers } from "./prices-state";

const parsers = {
  ...filterParsers,
  // What is typed, as it is typed: an address with a slip in it shows the slip.
  input: parseAsString.withDefault("2,000"),
  output: parseAsString.withDefault("500"),
  cached: parseAsString.withDefault("0"),
  calls: parseAsString.withDefault("1,000"),
  calculator_sort: parseAsSort().withDefault({ id: "cost", desc: false }),
};

/** Everything about the calculator that a link can carry. */
export function useCalculatorState() {
  return useQueryStates(parsers);
}
