"use client";

import { OperationProgress } from "@/components/operations/operation-progress";
import { errorInWords } from "@/components/ui/error-words";
import { Note } from "@/components/ui/note";
import type { AgentSwitch } from "@/lib/agents/schema";
import { BulkSwitchAgents } from "./bulk-switch-agents";
import { providerName } from "./model-choice";
import type { BulkRun } from "./use-bulk-switch";

export type BulkResultProps = {
  runs: readonly BulkRun[];
  /** Known beforehand to be left out. */
  left: readonly AgentSwitch[];
  /** Providers whose agents were not begun, because one before them was stopped or failed. */
  notBegun: readonly string[];
  error: Error | null;
};

/** How far it came, by agent, with stop, resume and undo. */
export function BulkSwitchResult({ runs, left, notBegun, error }: BulkResultProps) {
  const all = [...left, ...runs.flatMap((run) => run.left)];
  const written = runs.filter(({ isWritten }) => isWritten);
  return (
    <div className="flex flex-col gap-4 pb-2">
      {error && (
        <Note tone="warn" title="Not everything was answered." live>
          {errorInWords(error).detail} What was written is shown below; resume it if it stands
          still.
        </Note>
      )}
      {written.map(({ operation_id, provider, isUnderWay }) => (
        <section key={operation_id} aria-label={`Agents of ${providerName(provider)}`}>
          {runs.length > 1 && <h3 className="mb-1.5 font-medium">From {providerName(provider)}</h3>}
          <OperationProgress id={operation_id} beginning={isUnderWay} canWrite />
        </section>
      ))}
      {notBegun.length > 0 && (
        <Note tone="warn" title="Not begun:" live>
          the agents of {notBegun.map(providerName).join(", ")}. They are as they were.
        </Note>
      )}
      {all.length > 0 && (
        <section aria-label="Left as they were">
          <h3 className="mb-1.5 font-medium">Left as they were</h3>
          <BulkSwitchAgents label="Agents that were left out" agents={all} />
        </section>
      )}
    </div>
  );
}
