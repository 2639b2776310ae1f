"use client";

import { useState } from "react";
import type { RequestChange } from "@/components/completions/failure-fixes";
import type { PastRun } from "@/lib/playground/schema";
import { useChosenModels } from "./playground-state";
import { useKeptRuns } from "./use-kept-runs";
import { usePromptFields } from "./use-prompt-fields";

/** The playground: its fields, its columns, and what is kept of its runs. */
export function usePlayground() {
  const [models, setModels] = useChosenModels();
  const { read, restore: restoreFields, ...fields } = usePromptFields();
  const { run, repeat, repeatWith, restore: restoreRuns, ...kept } = useKeptRuns();
  const [restored, setRestored] = useState<PastRun | null>(null);
  const isRunning = models.some((pk) => kept.runs.get(pk)?.state === "running");

  /** Answers false, with the reasons at the fields, when there is something to put right first. */
  async function runAll(): Promise<boolean> {
    const none = models.length === 0;
    const settings = await read(none ? { models: "Choose at least one model" } : {});
    if (settings === undefined) return true;
    if (settings === null) return false;
    setRestored(null);
    void run(models, { settings, image: fields.image });
    return true;
  }

  function runAgain(pk: string, change: RequestChange, changeInWords?: string) {
    if (!repeat(pk, change, changeInWords)) void runAll();
  }

  /** Another id of the same provider takes the column over and is asked the same. */
  function replaceModel(pk: string, modelId: string) {
    const other = `${pk.slice(0, pk.indexOf("#"))}#${modelId}`;
    setModels(models.map((chosen) => (chosen === pk ? other : chosen)));
    repeatWith(pk, other);
  }

  function choose(pks: readonly string[]) {
    for (const pk of models) if (!pks.includes(pk)) kept.stop(pk);
    fields.setErrors(({ models: _, ...others }) => others);
    setModels(pks);
  }

  async function restore(past: PastRun) {
    await restoreRuns(past);
    restoreFields(past.inputs);
    setModels(past.inputs.models);
    setRestored(past);
  }

  return {
    ...fields,
    ...kept,
    models,
    choose,
    isRunning,
    runAll,
    runAgain,
    replaceModel,
    restored,
    restore,
  };
}

export type Playground = ReturnType<typeof usePlayground>;
