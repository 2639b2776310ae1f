"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { RequestChange } from "@/components/completions/failure-fixes";
import type { TestRun } from "@/components/completions/test-run";
import { useRuns } from "@/components/completions/use-runs";
import { apiFetch } from "@/lib/api-client";
import { api } from "@/lib/paths";
import type { PastRun, PlaygroundSettings } from "@/lib/playground/schema";
import {
  emptyValues,
  type FieldErrors,
  type FormValues,
  type PromptImage,
  requestFor,
  valuesOf,
} from "./form-values";
import { useChosenModels } from "./playground-state";
import { pastRunQueries } from "./queries";

/** What was asked last: what a column runs again, with its change. */
type Asked = { settings: PlaygroundSettings; image: PromptImage | null };

/** The playground: its fields, its columns, and what is kept of its runs. */
export function usePlayground() {
  const client = useQueryClient();
  const [models, setModels] = useChosenModels();
  const [values, setValues] = useState(emptyValues);
  const [image, setImage] = useState<PromptImage | null>(null);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [restored, setRestored] = useState<PastRun | null>(null);
  /** Why the last run was not kept; null when it was. */
  const [notKept, setNotKept] = useState<unknown>(null);
  const { runs, start, stop, replace } = useRuns();
  const asked = useRef(new Map<string, Asked>());
  const isReading = useRef(false);
  const isRunning = models.some((pk) => runs.get(pk)?.state === "running");

  /** Runs these models and keeps what came of it, once the last of them has ended. */
  async function run(pks: readonly string[], ask: Asked, changeInWords?: string) {
    const ended = pks.map(async (pk): Promise<[string, TestRun]> => {
      asked.current.set(pk, ask);
      return [pk, await start(pk, requestFor(pk, ask.settings, ask.image), changeInWords)];
    });
    const results = new Map(await Promise.all(ended));
    try {
      const { pastRunOf } = await import("./past-run");
      const body = pastRunOf(results, ask.settings, ask.image);
      await apiFetch<PastRun>(api.playgroundRuns(), { body });
      setNotKept(null);
      await client.invalidateQueries({ queryKey: pastRunQueries.all });
    } catch (error) {
      setNotKept(error);
    }
  }

  /** Answers false, with the reasons at the fields, when there is something to put right first. */
  async function runAll(): Promise<boolean> {
    if (isReading.current) return true;
    isReading.current = true;
    const { readSettings } = await import("./read-settings").finally(() => {
      isReading.current = false;
    });
    const { settings, errors: wrong } = readSettings(values);
    const noModel = models.length === 0 && { models: "Choose at least one model" };
    setErrors({ ...wrong, ...noModel });
    if (!settings || noModel) return false;
    setRestored(null);
    void run(models, { settings, image });
    return true;
  }

  function runAgain(pk: string, change: RequestChange, changeInWords?: string) {
    const last = asked.current.get(pk);
    if (!last) return void runAll();
    void run([pk], { ...last, settings: { ...last.settings, ...change } }, changeInWords);
  }

  /** Another id of the same provider takes the column over and is asked the same. */
  function replaceModel(pk: string, modelId: string) {
    const other = `${pk.slice(0, pk.indexOf("#"))}#${modelId}`;
    setModels(models.map((chosen) => (chosen === pk ? other : chosen)));
    const last = asked.current.get(pk);
    if (last) void run([other], last);
  }

  function choose(pks: readonly string[]) {
    for (const pk of models) if (!pks.includes(pk)) stop(pk);
    setErrors(({ models: _, ...others }) => others);
    setModels(pks);
  }

  function setValue<Name extends keyof FormValues>(name: Name, value: FormValues[Name]) {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors(({ [name]: _, ...others }) => others);
  }

  async function restore(past: PastRun) {
    const { runsOf } = await import("./past-run");
    const { models: pks, image: _, ...settings } = past.inputs;
    asked.current = new Map(pks.map((pk) => [pk, { settings, image: null }]));
    setValues(valuesOf(past.inputs));
    setImage(null);
    setErrors({});
    setModels(pks);
    replace(runsOf(past));
    setRestored(past);
  }

  return {
    models,
    choose,
    values,
    setValue,
    image,
    setImage,
    errors,
    setErrors,
    runs,
    isRunning,
    runAll,
    runAgain,
    replaceModel,
    stop,
    restored,
    restore,
    notKept,
  };
}

export type Playground = ReturnType<typeof usePlayground>;
