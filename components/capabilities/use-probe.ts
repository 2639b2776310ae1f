"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { apiFetch } from "@/lib/api-client";
import type { ProbeResult } from "@/lib/capabilities/schema";
import type { ModelRecord } from "@/lib/models/schema";
import { api } from "@/lib/paths";

/** One probe of a model at a time; `stop` closes the connection, and the server its own. */
export function useProbe({ provider, model_id }: ModelRecord) {
  const client = useQueryClient();
  const running = useRef<AbortController>(null);
  const probe = useMutation({
    mutationFn: () => {
      running.current = new AbortController();
      const { signal } = running.current;
      return apiFetch<ProbeResult>(api.modelProbe(provider, model_id), { body: {}, signal });
    },
    // The state of the key may be news, too.
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: modelQueries.all }),
        client.invalidateQueries({ queryKey: providerQueries.all }),
      ]),
  });
  return {
    start: () => probe.mutate(),
    stop: () => running.current?.abort(),
    isRunning: probe.isPending,
    result: probe.data,
    // What an aborted fetch throws.
    isStopped: probe.error instanceof DOMException && probe.error.name === "AbortError",
    error: probe.error,
  };
}
