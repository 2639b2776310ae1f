"use client";

import { EmptyState } from "@/components/ui/text/empty-state";
import type { ModelRecord } from "@/lib/models/schema";
import { modelWords } from "./model-names";
import { RunColumn } from "./run-column";
import { standings } from "./standings";
import type { Playground } from "./use-playground";

type Props = {
  playground: Playground;
  models: readonly ModelRecord[];
  onChooseInstead: (pk: string) => void;
  onEditPrompt: () => void;
};

/** The models side by side, as many as there is room for. */
export function RunColumns({ playground, models, onChooseInstead, onEditPrompt }: Props) {
  const { models: chosen, runs, runAgain, replaceModel, stop } = playground;
  const won = standings(chosen, runs);
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
            words={modelWords(pk, models)}
            run={runs.get(pk) ?? null}
            standings={won.get(pk) ?? []}
            asks={{ image: playground.image !== null, tools: playground.values.tools !== "" }}
            onStop={() => stop(pk)}
            handlers={{
              again: (change, words) => runAgain(pk, change, words),
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
