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
import type { PriceUnit } from "@/lib/prices/rules/price";

export const filterNames = [
  "active",
  "inactive",
  "tools",
  "vision",
  "unpriced",
  "in_use",
  "callable",
  "flagged",
] as const;
export type FilterName = (typeof filterNames)[number];

const priceUnits = ["1M", "1K"] as const satisfies readonly PriceUnit[];

const sortable: readonly string[] = [
  "model",
  "input_price",
  "output_price",
  "context",
  "capabilities",
  "status",
  "agents",
  "last_test",
];

const noFilters: FilterName[] = [];

const parsers = {
  provider: parseAsString,
  q: parseAsString.withDefault(""),
  filter: parseAsArrayOf(parseAsStringLiteral(filterNames)).withDefault(noFilters),
  /** The smallest context window, in tokens. */
  context: parseAsInteger.withDefault(0),
  unit: parseAsStringLiteral(priceUnits).withDefault("1M"),
  sort: parseAsSort(sortable),
  /** The `pk` of the open sheet, and its view. */
  model: parseAsString,
  show: parseAsStringLiteral(["details", "edit", "test"]).withDefault("details"),
  add: parseAsBoolean.withDefault(false),
};

/** The Models page's state in the URL. */
export function useViewState() {
  return useUrlState(parsers);
}

export type ViewState = ReturnType<typeof useViewState>[0];
export type SheetView = ViewState["show"];
export type SetViewState = ReturnType<typeof useViewState>[1];
