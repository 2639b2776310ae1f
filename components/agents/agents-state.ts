"use client";

import type { TableSort } from "@/components/ui/data-table";
import { createParser, parseAsString, useQueryStates } from "@/components/ui/url-state";

const sortable: readonly string[] = [
  "agent",
  "version",
  "status",
  "provider",
  "model",
  "tools",
  "flags",
  "month",
];

/** `model` for ascending, `-model` for descending. */
const parseAsSort = createParser<TableSort>({
  parse: (text) => {
    const id = text.replace(/^-/, "");
    return sortable.includes(id) ? { id, desc: text.startsWith("-") } : null;
  },
  serialize: ({ id, desc }) => `${desc ? "-" : ""}${id}`,
});

const parsers = {
  q: parseAsString.withDefault(""),
  status: parseAsString.withDefault(""),
  provider: parseAsString.withDefault(""),
  sort: parseAsSort,
};

/** Everything about the list of agents that a link can carry. */
export function useAgentsState() {
  return useQueryStates(parsers);
}

export type AgentsState = ReturnType<typeof useAgentsState>[0];
export type SetAgentsState = ReturnType<typeof useAgentsState>[1];
