"use client";

import { parseAsArrayOf, parseAsString, parseAsStringLiteral } from "nuqs/server";
import { useUrlState } from "@/components/ui/url-state";
import type { AgentRecord } from "@/lib/agents/schema";
import type { ModelRecord } from "@/lib/models/schema";
import { cellFilters } from "./cell-words";

const parsers = {
  /** The trial that is open. */
  trial: parseAsString,
  /** The cell that is open: the indexes of its case and its model, such as "3.1". */
  cell: parseAsString,
  show: parseAsArrayOf(parseAsStringLiteral(cellFilters)).withDefault([]),
};

/** What a link to an agent's trials can carry. */
export function useTrialsState() {
  return useUrlState(parsers);
}

export type TrialsState = ReturnType<typeof useTrialsState>[0];
export type SetTrialsState = ReturnType<typeof useTrialsState>[1];

/** A model to switch to, with the trial that speaks for it. */
type TrialChoice = { model: ModelRecord; trial: { id: string; evidence: string } };

export type TrialsTabProps = {
  agent: AgentRecord;
  models: readonly ModelRecord[];
  canWrite: boolean;
  /** The page has unsaved changes. */
  hasDraft: boolean;
  /** Goes on with the switch, where its preflight is. */
  onSwitch: (choice: TrialChoice) => void;
};
