"use client";

import { parseAsString, parseAsStringLiteral, useQueryStates } from "@/components/ui/url-state";
import { usageGroupings } from "@/lib/usage/rules/groupings";
import { ranges } from "./range";

const parsers = {
  range: parseAsStringLiteral(ranges).withDefault("30d"),
  group_by: parseAsStringLiteral(usageGroupings).withDefault("provider"),
  within: parseAsString,
};

/** Everything about the Costs page that a link can carry. */
export function useCostsState() {
  return useQueryStates(parsers);
}

export type SetCostsState = ReturnType<typeof useCostsState>[1];
