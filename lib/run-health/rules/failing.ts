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
  const { successes } = newestStreaks(statuses);
  if (successes === 0) return false;
  const share = Math.min(1, failed / Math.max(1, runs - successes));
  return (1 - share) ** successes < chance;
}

/**
 * Whether a cause that fails every run is gone: the newest run succeeded, and without the failures in a
 * row before it the agent isn't failing.
 */
export function isRepaired(
  { runs, failed }: Side,
  statuses: readonly string[],
  limits: FailureLimits,
): boolean {
  const { successes, failures } = newestStreaks(statuses);
  return successes > 0 && !isFailing({ runs: runs - failures, failed: failed - failures }, limits);
}

/** The successes in a row among the newest runs, and the failures in a row before them. */
function newestStreaks(statuses: readonly string[]) {
  const judged = statuses.filter((status) => ["succeeded", "failed", "timed_out"].includes(status));
  const lengthOf = (length: number) => (length < 0 ? undefined : length);
  const successes = lengthOf(judged.findIndex((status) => status !== "succeeded")) ?? judged.length;
  const before = judged.slice(successes);
  const failures = lengthOf(before.indexOf("succeeded")) ?? before.length;
  return { successes, failures };
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
