"use client";

import { parseAsArrayOf, parseAsString } from "nuqs/server";
import { useState } from "react";
import type { RequestChange } from "@/components/completions/failure-fixes";
import { useApiForm } from "@/components/ui/form/use-api-form";
import { useUrlState } from "@/components/ui/url-state";
import { imageTypes, maxImageBytes, maxModels } from "@/lib/playground/rules/limits";
import type { PastRun } from "@/lib/playground/schema";
import { emptyValues, type PromptImage, valuesOf } from "./form-values";
import { TypedSettings } from "./read-settings";
import { useStoredRuns } from "./use-stored-runs";

/** The state of the playground: fields, columns and stored runs. */
export function usePlayground() {
  const [models, setModels] = useChosenModels();
  const form = useApiForm({ schema: TypedSettings, defaultValues: emptyValues });
  const [image, setImage] = useState<PromptImage | null>(null);
  const [errors, setErrors] = useState<{ models?: string; image?: string }>({});
  const { run, repeat, repeatWith, restore: restoreRuns, ...stored } = useStoredRuns();
  const [restored, setRestored] = useState<PastRun | null>(null);
  const isRunning = models.some((pk) => stored.runs.get(pk)?.state === "running");

  /** Runs all chosen models. Returns false, with errors on the fields, if the form is invalid. */
  async function runAll(): Promise<boolean> {
    const hasNoModels = models.length === 0;
    setErrors({ ...(hasNoModels && { models: "Choose at least one model" }) });
    let isRun = false;
    await form.handleSubmit((settings) => {
      if (hasNoModels) return;
      isRun = true;
      setRestored(null);
      void run(models, { settings, image });
    })();
    return isRun;
  }

  function runAgain(pk: string, change: RequestChange, changeLabel?: string) {
    if (!repeat(pk, change, changeLabel)) void runAll();
  }

  /** Replaces a column's model by another ID of the same provider and repeats the request. */
  function replaceModel(pk: string, modelId: string) {
    const other = `${pk.slice(0, pk.indexOf("#"))}#${modelId}`;
    setModels(models.map((chosen) => (chosen === pk ? other : chosen)));
    repeatWith(pk, other);
  }

  function choose(pks: readonly string[]) {
    for (const pk of models) if (!pks.includes(pk)) stored.stop(pk);
    setErrors(({ models: _, ...others }) => others);
    setModels(pks);
  }

  async function readImageFile(file: File) {
    const { image: read, error } = await readImage(file);
    setErrors((before) => ({ ...before, image: error }));
    if (read) setImage(read);
  }

  /** Restores the fields and columns of a past run. */
  function restore(past: PastRun) {
    restoreRuns(past);
    form.reset(valuesOf(past.inputs));
    // Images aren't stored.
    setImage(null);
    setErrors({});
    setModels(past.inputs.models);
    setRestored(past);
  }

  return {
    ...stored,
    form,
    image,
    readImageFile,
    removeImage: () => setImage(null),
    /** Errors of the model list and the image, which aren't form fields. */
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

/** The chosen models' pks, stored in the URL: at most four, no duplicates. */
function useChosenModels() {
  const [{ models }, setState] = useUrlState(parsers);
  const chosen = chosenOf(models);
  const setChosen = (pks: readonly string[]) => setState({ models: chosenOf(pks) });
  return [chosen, setChosen] as const;
}

function chosenOf(pks: readonly string[]): string[] {
  const named = pks.filter((pk) => /^[^#]+#[^#]+$/.test(pk));
  return [...new Set(named)].slice(0, maxModels);
}

type ReadImage = { image?: PromptImage; error?: string };

/** The image in a file, or why it cannot be sent. */
async function readImage(file: File): Promise<ReadImage> {
  const name = file.name || "pasted image";
  if (!imageTypes.includes(file.type)) {
    return { error: `"${name}" is no PNG, JPEG, GIF or WebP image. Choose one of these.` };
  }
  if (file.size > maxImageBytes) {
    const megabytes = (file.size / 1024 / 1024).toFixed(1);
    return { error: `"${name}" has ${megabytes} MB; 5 MB is the most. Scale it down.` };
  }
  try {
    const url = await dataUrlOf(file);
    return { image: { name, type: file.type, data: url.slice(url.indexOf(",") + 1) } };
  } catch {
    return { error: `"${name}" could not be read. Choose it again.` };
  }
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    // readAsDataURL ends with a string.
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
