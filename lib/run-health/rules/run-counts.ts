/** Step Functions' counts for one period. */
export type RunCounts = {
  started: number;
  succeeded: number;
  failed: number;
  timed_out: number;
  aborted: number;
};

/** A period with at least one run; `at` is its start, milliseconds since 1970. */
export type RunPeriod = RunCounts & {
  at: number;
  /** The median duration and the number of the runs that ended; null if none did. */
  duration: { median_ms: number; runs: number } | null;
};

const noRuns: RunCounts = { started: 0, succeeded: 0, failed: 0, timed_out: 0, aborted: 0 };

export const emptyPeriod = (at: number): RunPeriod => ({ at, ...noRuns, duration: null });

export function sumCounts(periods: readonly RunCounts[]): RunCounts {
  return periods.reduce(
    (sum, period) => ({
      started: sum.started + period.started,
      succeeded: sum.succeeded + period.succeeded,
      failed: sum.failed + period.failed,
      timed_out: sum.timed_out + period.timed_out,
      aborted: sum.aborted + period.aborted,
    }),
    noRuns,
  );
}

type Judged = Pick<RunCounts, "succeeded" | "failed" | "timed_out">;

/** Runs that count for the agent's health. Aborted ones don't, because a person stopped them. */
export const judgedRuns = ({ succeeded, failed, timed_out }: Judged): number =>
  succeeded + failed + timed_out;

export const failedRuns = ({ failed, timed_out }: Judged): number => failed + timed_out;

/**
 * The median over periods, each weighted by its runs: exact if each period has one run, otherwise
 * approximate.
 */
export function medianDuration(periods: readonly Pick<RunPeriod, "duration">[]): number | null {
  const durations = periods.flatMap(({ duration }) => duration ?? []);
  const sorted = durations.toSorted((a, b) => a.median_ms - b.median_ms);
  const half = durations.reduce((sum, { runs }) => sum + runs, 0) / 2;
  let seen = 0;
  for (const { median_ms, runs } of sorted) {
    seen += runs;
    if (seen >= half) return Math.round(median_ms);
  }
  return null;
}
