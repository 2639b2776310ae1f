"use client";

import { parseAsArrayOf, parseAsString } from "nuqs";
import { useState } from "react";
import type { RequestChange } from "@/components/completions/failure-fixes";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { useUrlState } from "@/components/ui/url-state";
import { mostModels } from "@/lib/playground/rules/limits";
import type { PastRun } from "@/lib/playground/schema";
import { emptyValues, type PromptImage, valuesOf } from "./form-values";
import { readImage } from "./read-image";
import { TypedSettings } from "./read-settings";
import { useKeptRuns } from "./use-kept-runs";

/** The playground: its fields, its columns, and what is kept of its runs. */
export function usePlayground() {
  const [models, setModels] = useChosenModels();
  const form = useApiForm({ schema: TypedSettings, defaultValues: emptyValues });
  const [image, setImage] = useState<PromptImage | null>(null);
  const [errors, setErrors] = useState<{ models?: string; image?: string }>({});
  const { run, repeat, repeatWith, restore: restoreRuns, ...kept } = useKeptRuns();
  const [restored, setRestored] = useState<PastRun | null>(null);
  const isRunning = models.some((pk) => kept.runs.get(pk)?.state === "running");

  /** Answers false, with the reasons at the fields, when there is something to put right first. */
  async function runAll(): Promise<boolean> {
    const isNobodyAsked = models.length === 0;
    setErrors({ ...(isNobodyAsked && { models: "Choose at least one model" }) });
    let isRun = false;
    await form.handleSubmit((settings) => {
      if (isNobodyAsked) return;
      isRun = true;
      setRestored(null);
      void run(models, { settings, image });
    })();
    return isRun;
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
    setErrors(({ models: _, ...others }) => others);
    setModels(pks);
  }

  async function readImageFile(file: File) {
    const { image: read, error } = await readImage(file);
    setErrors((before) => ({ ...before, image: error }));
    if (read) setImage(read);
  }

  /** Puts what was asked once back into the fields. */
  async function restore(past: PastRun) {
    await restoreRuns(past);
    form.reset(valuesOf(past.inputs));
    // An image is not kept.
    setImage(null);
    setErrors({});
    setModels(past.inputs.models);
    setRestored(past);
  }

  return {
    ...kept,
    form,
    image,
    readImageFile,
    removeImage: () => setImage(null),
    /** Of what is no field of the form. */
    errors,
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

const none: string[] = [];
const parsers = { models: parseAsArrayOf(parseAsString).withDefault(none) };

/** The pks of the chosen models, in the address: at most four, each once. */
function useChosenModels() {
  const [{ models }, setState] = useUrlState(parsers);
  const chosen = chosenOf(models);
  const setChosen = (pks: readonly string[]) => setState({ models: chosenOf(pks) });
  return [chosen, setChosen] as const;
}

function chosenOf(pks: readonly string[]): string[] {
  const named = pks.filter((pk) => /^[^#]+#[^#]+$/.test(pk));
  return [...new Set(named)].slice(0, mostModels);
}
