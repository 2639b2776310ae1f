"use client";

import { parseAsString } from "nuqs/server";
import { parseAsSort } from "@/components/ui/table/sort-state";
import { useUrlState } from "@/components/ui/url-state";

const sortable: readonly string[] = [
  "agent",
  "version",
  "status",
  "provider",
  "model",
  "tools",
  "flags",
  "last-run",
  "failed",
  "month",
];

const parsers = {
  q: parseAsString.withDefault(""),
  status: parseAsString.withDefault(""),
  provider: parseAsString.withDefault(""),
  sort: parseAsSort(sortable),
};

/** Everything about the list of agents that a link can carry. */
export function useAgentsState() {
  return useUrlState(parsers);
}

export type AgentsState = ReturnType<typeof useAgentsState>[0];
export type SetAgentsState = ReturnType<typeof useAgentsState>[1];
