"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { NetworkError } from "@/lib/api-client";
import type { CompletionRequest } from "@/lib/completions/schema";
import { ask } from "./ask";
import { advance, begun, type TestRun } from "./test-run";

/** The latest test completion; `stop` and leaving the panel end it at the provider too. */
export function useTestRun() {
  const client = useQueryClient();
  const [run, setRun] = useState<TestRun | null>(null);
  const running = useRef<AbortController>(null);
  // The provider's stream is the external system.
  useEffect(() => () => running.current?.abort(), []);

  async function start(request: CompletionRequest) {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    let latest = begun;
    const show = (next: TestRun) => {
      latest = next;
      if (running.current === controller) setRun(next);
    };
    show(begun);
    try {
      for await (const event of ask(request, controller.signal)) show(advance(latest, event));
      if (latest.state === "running") throw new NetworkError("The stream ended without its end");
    } catch (error) {
      const stopped = controller.signal.aborted;
      show({ ...latest, state: stopped ? "stopped" : "refused", refusal: stopped ? null : error });
    }
    // The last test of the model and the state of the key may be news.
    void client.invalidateQueries({ queryKey: modelQueries.all });
    void client.invalidateQueries({ queryKey: providerQueries.all });
  }

  return { run, start, stop: () => running.current?.abort() };
}
