"use client";

import { parseAsString, parseAsStringLiteral } from "nuqs/server";
import { useState } from "react";
import { useUrlState } from "@/components/ui/url-state";
import type { AgentRecord } from "@/lib/agents/schema";
import { runStatuses } from "@/lib/runs/schema";
import { RunView } from "./run-view";
import { RunsCard } from "./runs-card";

const parsers = {
  /** The run that is open. */
  run: parseAsString,
  status: parseAsStringLiteral(runStatuses),
  q: parseAsString.withDefault(""),
};

export type RunsState = ReturnType<typeof useRunsState>[0];
export type SetRunsState = ReturnType<typeof useRunsState>[1];
const useRunsState = () => useUrlState(parsers);

export type RunsTabProps = {
  agent: AgentRecord;
  canWrite: boolean;
  /** The page has unsaved changes. */
  hasDraft: boolean;
};

/** An agent's runs, or the one that is open. */
export function RunsTab(props: RunsTabProps) {
  const [state, setState] = useRunsState();
  const [lastOpen, setLastOpen] = useState(state.run);
  if (state.run !== null && state.run !== lastOpen) setLastOpen(state.run);
  const open = (run: string) => setState({ run }, { history: "push" });
  if (state.run !== null) {
    return (
      <RunView
        key={state.run}
        {...props}
        id={state.run}
        onOpen={open}
        onClose={() => setState({ run: null }, { history: "push" })}
      />
    );
  }
  return (
    <RunsCard {...props} state={state} setState={setState} lastOpen={lastOpen} onOpen={open} />
  );
}
