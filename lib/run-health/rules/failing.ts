import type { SinceSwitch } from "@/lib/run-health/schema";
import { failureScore } from "./verdict";

export type FailureLimits = {
  /** The share of failed runs from which an agent counts as failing. */
  share: number;
  /** With fewer runs no agent counts as failing. */
  runs: number;
};

type Side = { runs: number; failed: number };

export function isFailing({ runs, failed }: Side, limits: FailureLimits): boolean {
  return runs >= limits.runs && failed / runs >= limits.share;
}

/** A streak of successes ends a finding if its probability without a change is below this. */
const chance = 0.1;

/**
 * Whether the newest runs show that the failures are over: one success is enough for an agent whose
 * runs all failed, eleven for one with every fifth run failed.
 * @param statuses of the newest runs, newest first
 */
export function hasRecovered({ runs, failed }: Side, statuses: readonly string[]): boolean {
  const { successes } = newestStreaks(statuses);
  if (successes === 0) return false;
  const share = Math.min(1, failed / Math.max(1, runs - successes));
  return (1 - share) ** successes < chance;
}

/**
 * Whether a cause that makes every run fail is gone: the newest run succeeded, and without the
 * streak of failures before it the agent wouldn't count as failing.
 */
export function isRepaired(
  { runs, failed }: Side,
  statuses: readonly string[],
  limits: FailureLimits,
): boolean {
  const { successes, failures } = newestStreaks(statuses);
  return successes > 0 && !isFailing({ runs: runs - failures, failed: failed - failures }, limits);
}

/** The length of the newest streak of successes, and of the streak of failures before it. */
function newestStreaks(statuses: readonly string[]) {
  const judged = statuses.filter((status) => ["succeeded", "failed", "timed_out"].includes(status));
  const lengthOf = (length: number) => (length < 0 ? undefined : length);
  const successes = lengthOf(judged.findIndex((status) => status !== "succeeded")) ?? judged.length;
  const before = judged.slice(successes);
  const failures = lengthOf(before.indexOf("succeeded")) ?? before.length;
  return { successes, failures };
}

/** Whether an agent has failed since its last switch and didn't before. */
export function failsSinceSwitch(
  { before, after }: Pick<SinceSwitch, "before" | "after">,
  limits: FailureLimits,
): boolean {
  if (!before || !after || before.runs < limits.runs) return false;
  if (!isFailing(after, limits) || isFailing(before, limits)) return false;
  return failureScore(before, after) > 1.96;
}
