/** With fewer runs on either side, a difference isn't significant. */
export const minRunsForVerdict = 10;

export const verdicts = ["too_few_runs", "more_failures", "fewer_failures", "similar"] as const;
export type Verdict = (typeof verdicts)[number];

type Side = { runs: number; failed: number };

/** Compares the shares of failed runs. */
export function compareSides(before: Side, after: Side): Verdict {
  if (before.runs < minRunsForVerdict || after.runs < minRunsForVerdict) return "too_few_runs";
  const z = failureScore(before, after);
  if (z > 1.96) return "more_failures";
  return z < -1.96 ? "fewer_failures" : "similar";
}

/**
 * By how many standard errors the share of failures rose (two-proportion z-test). By chance, it
 * exceeds 1.96 once in forty times.
 */
export function failureScore(before: Side, after: Side): number {
  const pooled = (before.failed + after.failed) / (before.runs + after.runs);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / before.runs + 1 / after.runs));
  if (!(error > 0)) return 0;
  return (after.failed / after.runs - before.failed / before.runs) / error;
}
