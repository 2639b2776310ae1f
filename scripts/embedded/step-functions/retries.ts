import type { Retrier } from "./definition";

/** AWS's defaults for a retrier. */
const defaults = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };

/**
 * The delay before the next attempt in milliseconds, or null for no more attempts.
 * @param attempts how often each retrier was used, by its index; is updated
 */
export function nextRetry(
  retriers: readonly Retrier[] | undefined,
  error: string,
  attempts: Map<number, number>,
): number | null {
  const index = (retriers ?? []).findIndex((retrier) => matches(retrier, error));
  const retrier = retriers?.[index];
  if (!retrier) return null;
  const { IntervalSeconds, MaxAttempts, BackoffRate } = { ...defaults, ...retrier };
  const used = attempts.get(index) ?? 0;
  if (used >= MaxAttempts) return null;
  attempts.set(index, used + 1);
  const seconds = Math.min(
    IntervalSeconds * BackoffRate ** used,
    retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY,
  );
  return seconds * 1000 * (retrier.JitterStrategy === "FULL" ? Math.random() : 1);
}

/** Whether a retrier or catcher names an error, by the wildcards of the States Language. */
export function matches({ ErrorEquals }: { ErrorEquals: string[] }, error: string): boolean {
  return ErrorEquals.some((name) => {
    if (name === "States.ALL")
      return error !== "States.DataLimitExceeded" && error !== "States.Runtime";
    if (name === "States.TaskFailed") return error !== "States.Timeout";
    if (name === "States.Timeout" && error === "States.HeartbeatTimeout") return true;
    return name === error;
  });
}
