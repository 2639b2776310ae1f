"use client";

import { type ReactNode, useState } from "react";
import { RunView } from "./run-view";
import { RunsCard } from "./runs-card";
import { type RunsTabProps, useRunsState } from "./runs-state";

type Props = RunsTabProps & {
  /** The runs over time. */
  health: ReactNode;
};

/** An agent's runs over time and in a list, or the run that is open. */
export function RunsTab({ health, ...props }: Props) {
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
    <div className="flex flex-col gap-4">
      {health}
      <RunsCard {...props} state={state} setState={setState} lastOpen={lastOpen} onOpen={open} />
    </div>
  );
}
