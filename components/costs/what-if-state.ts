"use client";

import type { TableSort } from "@/components/ui/table/data-table";
import { parseAsSort } from "@/components/ui/table/sort-state";
import { parseAsArrayOf, parseAsString, useQueryStates } from "@/components/ui/url-state";

const byTokens: TableSort = { id: "spent", desc: true };
const parsers = {
  /** Names of agents; all of them when the address says nothing. */
  agents: parseAsArrayOf(parseAsString),
  /** The pk of the other model. */
  model: parseAsString,
  agents_sort: parseAsSort().withDefault(byTokens),
};

/** Everything about the what-if that a link can carry. */
export function useWhatIfState() {
  return useQueryStates(parsers);
}
