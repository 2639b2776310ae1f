"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { NetworkError } from "@/lib/api/client";
import type { CompletionRequest } from "@/lib/completions/schema";
import { ask } from "./ask";
import { advance, begin, type TestRun } from "./test-run";

/** Runs by a name that the caller gives each, such as the model's pk. */
export type Runs = ReadonlyMap<string, TestRun>;

/**
 * Completions side by side, the latest under each name. `stop`, a new run of the same name and
 * leaving the screen end one at the provider too.
 */
export function useRuns() {
  const client = useQueryClient();
  const [runs, setRuns] = useState<Runs>(new Map());
  const running = useRef(new Map<string, AbortController>());
  // The providers' streams are the external system.
  useEffect(() => {
    const open = running.current;
    return () => {
      for (const controller of open.values()) controller.abort();
    };
  }, []);

  /** Resolves with the run as it ended, whatever its end. */
  async function start(name: string, request: CompletionRequest, change?: string) {
    running.current.get(name)?.abort();
    const controller = new AbortController();
    running.current.set(name, controller);
    const isLatest = () => running.current.get(name) === controller;
    const ended = await follow(request, controller.signal, change, (next) => {
      if (isLatest()) setRuns((before) => new Map(before).set(name, next));
    });
    if (isLatest()) running.current.delete(name);
    // The last test of the model and the state of the key may be news.
    if (running.current.size === 0) {
      void client.invalidateQueries({ queryKey: modelQueries.all });
      void client.invalidateQueries({ queryKey: providerQueries.all });
    }
    return ended;
  }

  /** Ends one run, or all of them. */
  function stop(name?: string) {
    if (name !== undefined) running.current.get(name)?.abort();
    else for (const controller of running.current.values()) controller.abort();
  }

  /** Shows other runs in place of these, such as those of another day. */
  function replace(next: Runs) {
    stop();
    running.current.clear();
    setRuns(next);
  }

  return { runs, start, stop, replace };
}

/** Asks and shows the run after every event; answers with its last state. Never throws. */
async function follow(
  request: CompletionRequest,
  signal: AbortSignal,
  change: string | undefined,
  show: (run: TestRun) => void,
): Promise<TestRun> {
  let latest = begin(request, change);
  show(latest);
  try {
    for await (const event of ask(request, signal)) {
      latest = advance(latest, event);
      show(latest);
    }
    if (latest.state === "running") throw new NetworkError("The stream ended without its end");
  } catch (error) {
    const refused = { state: "refused", refusal: error } as const;
    latest = { ...latest, ...(signal.aborted ? { state: "stopped", refusal: null } : refused) };
    show(latest);
  }
  return latest;
}
