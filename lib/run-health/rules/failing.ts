import type { SinceSwitch } from "@/lib/run-health/schema";
import { failureScore } from "./verdict";

export type FailureLimits = {
  /** The share of failed runs from which an agent is failing. */
  share: number;
  /** With fewer runs no agent is failing. */
  runs: number;
};

type Side = { runs: number; failed: number };

export function isFailing({ runs, failed }: Side, limits: FailureLimits): boolean {
  return runs >= limits.runs && failed / runs >= limits.share;
}

/** A streak of successes ends a finding if it's less probable than this without a change. */
const chance = 0.1;

/**
 * Whether the newest runs show that the failures are over: one success ends it for an agent whose every
 * run failed, and eleven for one that fails in every fifth run.
 * @param statuses of the newest runs, newest first
 */
export function hasRecovered({ runs, failed }: Side, statuses: readonly string[]): boolean {
  const judged = statuses.filter((status) => ["succeeded", "failed", "timed_out"].includes(status));
  const failure = judged.findIndex((status) => status !== "succeeded");
  const streak = failure < 0 ? judged.length : failure;
  if (streak === 0) return false;
  const share = Math.min(1, failed / Math.max(1, runs - streak));
  return (1 - share) ** streak < chance;
}

/** Whether an agent fails since its last switch and didn't before. */
export function failsSinceSwitch(
  { before, after }: Pick<SinceSwitch, "before" | "after">,
  limits: FailureLimits,
): boolean {
  if (!before || !after || before.runs < limits.runs) return false;
  if (!isFailing(after, limits) || isFailing(before, limits)) return false;
  return failureScore(before, after) > 1.96;
}
