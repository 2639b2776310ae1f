"use client";

import { TrialView } from "./trial-view";
import { TrialsCard } from "./trials-card";
import { type TrialsTabProps, useTrialsState } from "./trials-state";

/** An agent's trials, or the one that is open. */
export function TrialsTab(props: TrialsTabProps) {
  const [state, setState] = useTrialsState();
  const open = (trial: string) => setState({ trial, cell: null, show: null }, { history: "push" });
  if (state.trial === null) return <TrialsCard {...props} onOpen={open} />;
  return (
    <TrialView
      key={state.trial}
      {...props}
      id={state.trial}
      state={state}
      setState={setState}
      onOpen={open}
      onClose={() => setState(null, { history: "push" })}
    />
  );
}
