"use client";

import { useRef, useState } from "react";
import type { RequestChange } from "@/components/completions/failure-fixes";
import { parseAsArrayOf, parseAsString, useQueryState } from "@/components/ui/url-state";
import { mostModels } from "@/lib/playground/rules/limits";
import type { PastRun, PlaygroundSettings } from "@/lib/playground/schema";
import {
  emptyValues,
  type FieldErrors,
  type FormValues,
  type PromptImage,
  valuesOf,
} from "./form-values";
import { useKeptRuns } from "./use-kept-runs";

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

const none: string[] = [];
const parser = parseAsArrayOf(parseAsString).withDefault(none);

/** The pks of the chosen models, in the address: at most four, each once. */
function useChosenModels() {
  const [asked, setAsked] = useQueryState("models", parser);
  const chosen = chosenOf(asked);
  const setChosen = (pks: readonly string[]) => void setAsked(chosenOf(pks));
  return [chosen, setChosen] as const;
}

function chosenOf(pks: readonly string[]): string[] {
  const named = pks.filter((pk) => /^[^#]+#[^#]+$/.test(pk));
  return [...new Set(named)].slice(0, mostModels);
}

/** What is asked of every model alike, as it stands in the fields. */
function usePromptFields() {
  const [values, setValues] = useState(emptyValues);
  const [image, setImage] = useState<PromptImage | null>(null);
  const [errors, setErrors] = useState<FieldErrors>({});
  const isReading = useRef(false);

  function setValue<Name extends keyof FormValues>(name: Name, value: FormValues[Name]) {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors(({ [name]: _, ...others }) => others);
  }

  /**
   * The settings; null with the reasons at the fields, `more` among them, when there is something to
   * put right first; undefined while an earlier reading goes on.
   */
  async function read(more: FieldErrors): Promise<PlaygroundSettings | null | undefined> {
    if (isReading.current) return undefined;
    isReading.current = true;
    const { readSettings } = await import("./read-settings").finally(() => {
      isReading.current = false;
    });
    const { settings, errors: wrong } = readSettings(values);
    setErrors({ ...wrong, ...more });
    return Object.keys(more).length > 0 ? null : settings;
  }

  /** Puts what was asked once back into the fields; an image is not kept. */
  function restore(inputs: PastRun["inputs"]) {
    setValues(valuesOf(inputs));
    setImage(null);
    setErrors({});
  }

  return { values, setValue, image, setImage, errors, setErrors, read, restore };
}
