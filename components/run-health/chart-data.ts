import type { AgentHealth, RunChange } from "@/lib/run-health/schema";

/** A period of the chart; empty ones are included. */
export type HealthSlice = {
  /** Start, milliseconds since 1970. */
  at: number;
  succeeded: number;
  /** Failed and timed out. */
  failed: number;
  aborted: number;
};

/** A change with its number in the chart and the start of its period. */
export type HealthMark = RunChange & { number: number; slice: number };

type Shown = Pick<AgentHealth, "from" | "to" | "period_seconds" | "series" | "changes">;

export function healthSlices({ from, to, period_seconds, series }: Shown): HealthSlice[] {
  const start = Date.parse(from);
  const step = period_seconds * 1000;
  const slices = Array.from(
    { length: (Date.parse(to) - start) / step },
    (_, index): HealthSlice => ({
      at: start + index * step,
      succeeded: 0,
      failed: 0,
      aborted: 0,
    }),
  );
  for (const { at, succeeded, failed, timed_out, aborted } of series) {
    const slice = slices[Math.floor((Date.parse(at) - start) / step)];
    if (slice) Object.assign(slice, { succeeded, failed: failed + timed_out, aborted });
  }
  return slices;
}

export function healthMarks({ from, period_seconds, changes }: Shown): HealthMark[] {
  const start = Date.parse(from);
  const step = period_seconds * 1000;
  return changes.map((change, index) => ({
    ...change,
    number: index + 1,
    slice: start + Math.floor((Date.parse(change.at) - start) / step) * step,
  }));
}
