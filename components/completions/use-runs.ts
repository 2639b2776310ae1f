"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { NetworkError } from "@/lib/api/client";
import { sendCompletion, type TestRequest } from "./send-completion";
import { advance, startRun, type TestRun } from "./test-run";

/** Runs by name, such as the model's pk. */
export type Runs = ReadonlyMap<string, TestRun>;

/**
 * Concurrent completions, the latest under each name. `stop`, a new run with the same name and
 * leaving the screen also end the request to the provider.
 */
export function useRuns() {
  const client = useQueryClient();
  const [runs, setRuns] = useState<Runs>(new Map());
  const running = useRef(new Map<string, AbortController>());
  // The external system is the open streams.
  useEffect(() => {
    const open = running.current;
    return () => {
      for (const controller of open.values()) controller.abort();
    };
  }, []);

  /** Resolves with the run in its final state; never rejects. */
  async function start(name: string, request: TestRequest, change?: string) {
    running.current.get(name)?.abort();
    const controller = new AbortController();
    running.current.set(name, controller);
    const isLatest = () => running.current.get(name) === controller;
    const ended = await follow(request, controller.signal, change, (next) => {
      if (isLatest()) setRuns((before) => new Map(before).set(name, next));
    });
    if (isLatest()) running.current.delete(name);
    // The run may have changed the model's last test and the key's status.
    if (running.current.size === 0) {
      void client.invalidateQueries({ queryKey: modelQueries.all });
      void client.invalidateQueries({ queryKey: providerQueries.all });
    }
    return ended;
  }

  /** Stops one run, or all of them. */
  function stop(name?: string) {
    if (name !== undefined) running.current.get(name)?.abort();
    else for (const controller of running.current.values()) controller.abort();
  }

  /** Displays other runs instead, such as past ones. */
  function replace(next: Runs) {
    stop();
    running.current.clear();
    setRuns(next);
  }

  return { runs, start, stop, replace };
}

/** Sends the request, updates the run after every event and resolves with its final state. */
async function follow(
  request: TestRequest,
  signal: AbortSignal,
  change: string | undefined,
  show: (run: TestRun) => void,
): Promise<TestRun> {
  let latest = startRun(request, change);
  show(latest);
  try {
    for await (const event of sendCompletion(request, signal)) {
      latest = advance(latest, event);
      show(latest);
    }
    if (latest.state === "running") throw new NetworkError("The stream ended without its end");
  } catch (error) {
    const outcome = { state: "refused", refusal: error } as const;
    latest = { ...latest, ...(signal.aborted ? { state: "stopped", refusal: null } : outcome) };
    show(latest);
  }
  return latest;
}
