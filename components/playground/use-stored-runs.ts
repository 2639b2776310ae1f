import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { RequestChange } from "@/components/completions/failure-fixes";
import type { TestRun } from "@/components/completions/test-run";
import { useRuns } from "@/components/completions/use-runs";
import { apiFetch } from "@/lib/api/client";
import type { PastRun, PlaygroundSettings } from "@/lib/playground/schema";
import { type PromptImage, requestFor } from "./form-values";
import { pastRunOf, runsOf } from "./past-run";
import { pastRunQueries } from "./queries";

type RunInputs = { settings: PlaygroundSettings; image: PromptImage | null };

/** Runs of several models, with their requests, so that one column can be repeated. */
export function useStoredRuns() {
  const client = useQueryClient();
  /** Why the last run wasn't stored; null if it was. */
  const [saveError, setSaveError] = useState<unknown>(null);
  const { runs, start, stop, replace } = useRuns();
  const lastInputs = useRef(new Map<string, RunInputs>());

  /** Runs these models and stores the results once the last one has ended. */
  async function run(pks: readonly string[], inputs: RunInputs, changeLabel?: string) {
    const ended = pks.map(async (pk): Promise<[string, TestRun]> => {
      lastInputs.current.set(pk, inputs);
      return [pk, await start(pk, requestFor(pk, inputs.settings, inputs.image), changeLabel)];
    });
    const results = new Map(await Promise.all(ended));
    try {
      const body = pastRunOf(results, inputs.settings, inputs.image);
      await apiFetch("keepPastRun", { body });
      setSaveError(null);
      await client.invalidateQueries({ queryKey: pastRunQueries.all });
    } catch (error) {
      setSaveError(error);
    }
  }

  /** Repeats the last request with a change; false if this model has none yet. */
  function repeat(pk: string, change: RequestChange, changeLabel?: string): boolean {
    const last = lastInputs.current.get(pk);
    if (!last) return false;
    void run([pk], { ...last, settings: { ...last.settings, ...change } }, changeLabel);
    return true;
  }

  /** Sends the last request of one model to another. */
  function repeatWith(pk: string, other: string) {
    const last = lastInputs.current.get(pk);
    if (last) void run([other], last);
  }

  function restore(past: PastRun) {
    const { models, image: _, ...settings } = past.inputs;
    lastInputs.current = new Map(models.map((pk) => [pk, { settings, image: null }]));
    replace(runsOf(past));
  }

  return { runs, run, repeat, repeatWith, restore, stop, saveError };
}
