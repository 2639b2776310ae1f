"use client";

import { SimulatedNote } from "@/components/completions/simulated-note";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { ApiError } from "@/lib/api-client";
import type { Playground } from "./use-playground";

/** What is to be known of the runs as a whole: an earlier one is shown, or the last was not kept. */
export function RunNotes({ playground }: { playground: Playground }) {
  const { models, runs, restored, notKept } = playground;
  const isSimulated = models.some((pk) => runs.get(pk)?.done?.simulated);
  return (
    <>
      {restored && (
        <Note tone="info" title="A past run." live>
          Asked <RelativeTime at={restored.at} />.{" "}
          {restored.inputs.image &&
            `Its image, ${restored.inputs.image.name}, is not kept: choose it again. `}
          {restored.shortened && "Long texts were shortened when it was kept."}
        </Note>
      )}
      {notKept !== null && (
        <Note tone="warn" title="This run is not kept." live>
          {whyNot(notKept)}
        </Note>
      )}
      {isSimulated && <SimulatedNote />}
    </>
  );
}

function whyNot(error: unknown): string {
  const isSetup = error instanceof ApiError && error.problem.code === "setup_incomplete";
  if (!isSetup) return errorInWords(error).detail;
  return "The table that would keep past runs does not exist; the note at the top of the page says how to create it. Running works without it.";
}
