"use client";

import { useState } from "react";
import { SimulatedNote } from "@/components/completions/simulated-note";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { ApiError } from "@/lib/api/client";
import type { ModelRecord } from "@/lib/models/schema";
import { Composer } from "./composer";
import { modelLabels } from "./model-names";
import { ModelPicker } from "./model-picker";
import { PastRuns } from "./past-runs";
import { rankRuns } from "./rank-runs";
import { RunColumn } from "./run-column";
import { type Playground, usePlayground } from "./use-playground";

/** The model picker is open; `replacedPk` is null when models are added or removed freely. */
type Choosing = { replacedPk: string | null };

type BenchProps = {
  models: readonly ModelRecord[];
  isPastRunsOpen: boolean;
  onPastRunsClose: () => void;
};

/** The form, the chosen models and their answers. */
export function Bench({ models, isPastRunsOpen, onPastRunsClose }: BenchProps) {
  const playground = usePlayground();
  const [choosing, setChoosing] = useState<Choosing | null>(null);
  return (
    <div className="flex flex-col gap-4">
      <Composer
        playground={playground}
        models={models}
        onChoose={() => setChoosing({ replacedPk: null })}
      />
      <RunNotes playground={playground} />
      <RunColumns
        playground={playground}
        models={models}
        onChooseInstead={(pk) => setChoosing({ replacedPk: pk })}
        onEditPrompt={() => playground.form.setFocus("prompt")}
      />
      {choosing && (
        <ModelPicker
          models={models}
          chosen={playground.models}
          replacedPk={choosing.replacedPk}
          onChange={playground.choose}
          onClose={() => setChoosing(null)}
        />
      )}
      {isPastRunsOpen && (
        <PastRuns models={models} onOpen={playground.restore} onClose={onPastRunsClose} />
      )}
    </div>
  );
}

/** Notes on all columns: a past run is shown, the last run wasn't saved, or answers are simulated. */
function RunNotes({ playground }: { playground: Playground }) {
  const { models, runs, restored, saveError } = playground;
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
      {saveError !== null && (
        <Note tone="warn" title="This run is not kept." live>
          {describeFailure(saveError)}
        </Note>
      )}
      {isSimulated && <SimulatedNote />}
    </>
  );
}

function describeFailure(error: unknown): string {
  const isSetup = error instanceof ApiError && error.problem.code === "setup_incomplete";
  if (!isSetup) return describeError(error).detail;
  return "The table that would keep past runs does not exist; the note at the top of the page says how to create it. Running works without it.";
}

type Props = {
  playground: Playground;
  models: readonly ModelRecord[];
  onChooseInstead: (pk: string) => void;
  onEditPrompt: () => void;
};

/** The models side by side, as many as fit. */
function RunColumns({ playground, models, onChooseInstead, onEditPrompt }: Props) {
  const { models: chosen, runs, runAgain, replaceModel, stop } = playground;
  const ranks = rankRuns(chosen, runs);
  if (chosen.length === 0) {
    return (
      <div className="rounded-lg border border-line bg-panel">
        <EmptyState title="No model chosen yet">
          Choose up to four, write a prompt and run it: the answers come in side by side, each with
          its time, its tokens and what it cost.
        </EmptyState>
      </div>
    );
  }
  return (
    <ul
      aria-label="Answers by model"
      className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,256px),1fr))] items-start gap-4"
    >
      {chosen.map((pk) => (
        <li key={pk} className="min-w-0">
          <RunColumn
            pk={pk}
            labels={modelLabels(pk, models)}
            run={runs.get(pk) ?? null}
            ranks={ranks.get(pk) ?? []}
            sends={{
              image: playground.image !== null,
              tools: playground.form.watch("tools") !== "",
            }}
            onStop={() => stop(pk)}
            handlers={{
              again: (change, label) => runAgain(pk, change, label),
              editPrompt: onEditPrompt,
              chooseModel: () => onChooseInstead(pk),
              useModel: (modelId) => replaceModel(pk, modelId),
            }}
          />
        </li>
      ))}
    </ul>
  );
}
