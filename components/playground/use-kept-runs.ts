import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { RequestChange } from "@/components/completions/failure-fixes";
import type { TestRun } from "@/components/completions/test-run";
import { useRuns } from "@/components/completions/use-runs";
import { apiFetch } from "@/lib/api/client";
import type { PastRun, PlaygroundSettings } from "@/lib/playground/schema";
import { type PromptImage, requestFor } from "./form-values";
import { pastRunQueries } from "./queries";

type Asked = { settings: PlaygroundSettings; image: PromptImage | null };

/** Runs of several models, kept with what was asked, so that a column can ask the same again. */
export function useKeptRuns() {
  const client = useQueryClient();
  /** Why the last run was not kept; null when it was. */
  const [notKept, setNotKept] = useState<unknown>(null);
  const { runs, start, stop, replace } = useRuns();
  const asked = useRef(new Map<string, Asked>());

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
      await apiFetch("keepPastRun", { body });
      setNotKept(null);
      await client.invalidateQueries({ queryKey: pastRunQueries.all });
    } catch (error) {
      setNotKept(error);
    }
  }

  /** Asks the same again, with a change; false when nothing was asked of this model yet. */
  function repeat(pk: string, change: RequestChange, changeInWords?: string): boolean {
    const last = asked.current.get(pk);
    if (!last) return false;
    void run([pk], { ...last, settings: { ...last.settings, ...change } }, changeInWords);
    return true;
  }

  /** Asks another model what was asked of this one. */
  function repeatWith(pk: string, other: string) {
    const last = asked.current.get(pk);
    if (last) void run([other], last);
  }

  async function restore(past: PastRun) {
    const { runsOf } = await import("./past-run");
    const { models, image: _, ...settings } = past.inputs;
    asked.current = new Map(models.map((pk) => [pk, { settings, image: null }]));
    replace(runsOf(past));
  }

  return { runs, run, repeat, repeatWith, restore, stop, notKept };
}
