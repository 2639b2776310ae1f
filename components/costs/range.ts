export const ranges = ["24h", "7d", "30d", "90d"] as const;
export type Range = (typeof ranges)[number];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const periods: Record<Range, { words: string; ms: number; count: number }> = {
  "24h": { words: "24 hours", ms: hourMs, count: 24 },
  "7d": { words: "7 days", ms: hourMs, count: 7 * 24 },
  "30d": { words: "30 days", ms: dayMs, count: 30 },
  "90d": { words: "90 days", ms: dayMs, count: 90 },
};

export const rangeWords = (range: Range) => periods[range].words;

/**
 * Whole periods that end with the one that is running, as the API takes them.
 * @param now milliseconds since 1970
 */
export function spanOf(range: Range, now: number): { from: string } {
  return { from: new Date(startOf(range, now)).toISOString() };
}

/** As many periods before those. */
export function spanBefore(range: Range, now: number): { from: string; to: string } {
  const start = startOf(range, now);
  const { ms, count } = periods[range];
  return {
    from: new Date(start - count * ms).toISOString(),
    to: new Date(start).toISOString(),
  };
}

function startOf(range: Range, now: number): number {
  const { ms, count } = periods[range];
  return Math.floor(now / ms) * ms - (count - 1) * ms;
}
