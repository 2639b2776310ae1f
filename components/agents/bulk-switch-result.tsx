"use client";

import { OperationProgress } from "@/components/operations/operation-progress";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";
import { BulkSwitchAgents } from "./bulk-switch-agents";
import type { BulkRun } from "./use-bulk-switch";

/** How far it came, by agent, with stop, resume and undo. */
export function BulkSwitchResult({ run, error }: { run: BulkRun; error: Error | null }) {
  return (
    <div className="flex flex-col gap-4 pb-2">
      {error && (
        <Note tone="warn" title="Not everything was answered." live>
          {errorInWords(error).detail} What was written is shown below; resume it if it stands
          still.
        </Note>
      )}
      <OperationProgress id={run.operation_id} beginning={run.isUnderWay} canWrite />
      {run.left.length > 0 && (
        <section aria-label="Left as they were">
          <h3 className="mb-1.5 font-medium">Left as they were</h3>
          <BulkSwitchAgents label="Agents that were left out" agents={run.left} />
        </section>
      )}
    </div>
  );
}
