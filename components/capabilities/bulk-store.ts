"use client";

import { useSyncExternalStore } from "react";
import type { CapabilitiesProved } from "@/lib/capabilities/schema";
import type { CompletionFailure } from "@/lib/completions/schema";
import type { CallPriceNotes } from "@/lib/costs/schema";
import type { ModelRecord } from "@/lib/models/schema";

export type BulkOutcome =
  | "waiting"
  | "running"
  | "ok"
  | "unproved"
  | "failed"
  | "skipped"
  | "stopped";

export type BulkItem = {
  model: ModelRecord;
  outcome: BulkOutcome;
  latency_ms: number | null;
  cost_usd: number | null;
  /** The prices that the cost is based on. */
  prices: CallPriceNotes;
  simulated: boolean;
  /** The provider's failure. */
  failure: Pick<CompletionFailure, "code" | "cause" | "fix" | "help"> | null;
  /** The console's refusal. */
  refusal: string | null;
  /** Probe results, if requested. */
  results: CapabilitiesProved | null;
};

export type BulkRun = {
  items: readonly BulkItem[];
  probes: boolean;
  state: "running" | "done" | "stopped";
};

// Outside React, so that a run outlives its dialog and page.
let current: BulkRun | null = null;
const listeners = new Set<() => void>();

export function bulkRun(): BulkRun | null {
  return current;
}

export function setBulkRun(next: BulkRun | null): void {
  current = next;
  for (const notify of listeners) notify();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** The current bulk test, or the last one until it is dismissed. */
export function useBulkRun(): BulkRun | null {
  return useSyncExternalStore(subscribe, bulkRun, () => null);
}
