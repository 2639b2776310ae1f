import "server-only";
import { setTimeout as delay } from "node:timers/promises";
import type { ProviderId } from "@/lib/providers/schema";

/** Concurrent calls of all trials on this copy of the console to one provider. */
const callConcurrency = 4;

type Lanes = { free: number; waiting: (() => void)[]; pausedUntil: number };
const providers = new Map<ProviderId | null, Lanes>();

function lanesOf(provider: ProviderId | null): Lanes {
  const existing = providers.get(provider);
  if (existing) return existing;
  const lanes = { free: callConcurrency, waiting: [], pausedUntil: 0 };
  providers.set(provider, lanes);
  return lanes;
}

/**
 * Runs `work` once the provider has a free lane and isn't paused.
 * @param signal ends the waiting; `work` still runs and must check the signal
 */
export async function inLane<T>(
  provider: ProviderId | null,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const lanes = lanesOf(provider);
  if (lanes.free > 0) lanes.free -= 1;
  else await new Promise<void>((resolve) => lanes.waiting.push(resolve));
  try {
    while (lanes.pausedUntil > Date.now() && !signal.aborted) {
      await delay(lanes.pausedUntil - Date.now(), undefined, { signal }).catch(() => {});
    }
    return await work();
  } finally {
    const next = lanes.waiting.shift();
    if (next) next();
    else lanes.free += 1;
  }
}

/** Pauses all calls to the provider for this many seconds. */
export function pauseProvider(provider: ProviderId | null, seconds: number): void {
  const lanes = lanesOf(provider);
  lanes.pausedUntil = Math.max(lanes.pausedUntil, Date.now() + seconds * 1000);
}
