"use client";

import { parseAsString, parseAsStringLiteral } from "nuqs/server";
import { useUrlState } from "@/components/ui/url-state";
import type { AgentRecord } from "@/lib/agents/schema";
import { runStatuses } from "@/lib/runs/schema";

const parsers = {
  /** The run that is open. */
  run: parseAsString,
  status: parseAsStringLiteral(runStatuses),
  q: parseAsString.withDefault(""),
};

/** The state of an agent's runs in the URL. */
export function useRunsState() {
  return useUrlState(parsers);
}

export type RunsState = ReturnType<typeof useRunsState>[0];
export type SetRunsState = ReturnType<typeof useRunsState>[1];

export type RunsTabProps = {
  agent: AgentRecord;
  canWrite: boolean;
  /** True if the page has unsaved changes. */
  hasDraft: boolean;
};
