"use client";

import { useSyncExternalStore } from "react";
import type { CapabilitiesProved } from "@/lib/capabilities/schema";
import type { CompletionFailure } from "@/lib/completions/schema";
import type { ModelRecord } from "@/lib/models/schema";

export type BulkOutcome = "waiting" | "running" | "ok" | "failed" | "skipped" | "stopped";

export type BulkItem = {
  model: ModelRecord;
  outcome: BulkOutcome;
  latency_ms: number | null;
  cost_usd: number | null;
  simulated: boolean;
  /** Why the provider gave no answer. */
  failure: Pick<CompletionFailure, "code" | "cause" | "fix" | "help"> | null;
  /** Why the console itself did not do it. */
  refusal: string | null;
  /** What its probes have shown, if they were asked for. */
  results: CapabilitiesProved | null;
};

export type BulkRun = {
  items: readonly BulkItem[];
  probes: boolean;
  state: "running" | "done" | "stopped";
};

// Kept outside React: a test of many models goes on while its dialog, or the whole page, is closed.
let current: BulkRun | null = null;
const listeners = new Set<() => void>();

export function bulkRun(): BulkRun | null {
  return current;
}

export function setBulkRun(next: BulkRun | null): void {
  current = next;
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The test of many models that goes on, or the last one until it is put away. */
export function useBulkRun(): BulkRun | null {
  return useSyncExternalStore(subscribe, bulkRun, () => null);
}
