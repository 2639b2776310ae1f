"use client";

import { parseAsArrayOf, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { useUrlState } from "@/components/ui/url-state";
import type { AgentRecord } from "@/lib/agents/schema";
import type { ModelRecord } from "@/lib/models/schema";
import { cellFilters } from "./cell-labels";

const parsers = {
  /** The trial that is open. */
  trial: parseAsString,
  /** The cell that is open: the indexes of its case and its model, such as "3.1". */
  cell: parseAsString,
  show: parseAsArrayOf(parseAsStringLiteral(cellFilters)).withDefault([]),
};

/** The state of an agent's trials in the URL. */
export function useTrialsState() {
  return useUrlState(parsers);
}

export type TrialsState = ReturnType<typeof useTrialsState>[0];
export type SetTrialsState = ReturnType<typeof useTrialsState>[1];

/** A model to switch to, with the trial as evidence. */
type TrialChoice = { model: ModelRecord; trial_id: string };

export type TrialsTabProps = {
  agent: AgentRecord;
  models: readonly ModelRecord[];
  canWrite: boolean;
  /** True if the page has unsaved changes. */
  hasDraft: boolean;
  /** Continues with the switch on the Overview, which shows the preflight. */
  onSwitch: (choice: TrialChoice) => void;
};
