import { type UsageGrouping, usageGroupings } from "@/lib/usage/rules/groupings";

export const ranges = ["24h", "7d", "30d", "90d"] as const;
export type Range = (typeof ranges)[number];

/** What the page shows: usage by group, or by the agents of one group. */
export type CostsParams = {
  range: Range;
  group_by: UsageGrouping;
  /** Key of the group whose agents are shown; null for all groups. */
  within: string | null;
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const periods: Record<Range, { label: string; ms: number; count: number }> = {
  "24h": { label: "24 hours", ms: hourMs, count: 24 },
  "7d": { label: "7 days", ms: hourMs, count: 7 * 24 },
  "30d": { label: "30 days", ms: dayMs, count: 30 },
  "90d": { label: "90 days", ms: dayMs, count: 90 },
};

export const formatRange = (range: Range) => periods[range].label;

/**
 * Query parameters for complete periods, including the current one.
 * @param now milliseconds since 1970
 */
export function rangeDates(range: Range, now: number): { from: string } {
  return { from: new Date(startOf(range, now)).toISOString() };
}

/** As above, for the same number of periods before that. */
export function previousRangeDates(range: Range, now: number): { from: string; to: string } {
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

/** Parses the URL on the server, like `useCostsState` in the browser. */
export function parseCostsParams(
  search: Record<string, string | string[] | undefined>,
): CostsParams {
  const of = (name: string) => [search[name]].flat()[0];
  return {
    range: ranges.find((value) => value === of("range")) ?? "30d",
    group_by: usageGroupings.find((value) => value === of("group_by")) ?? "provider",
    within: of("within") ?? null,
  };
}

/** The usage on which a what-if is based. */
export const allAgentsParams: CostsParams = { range: "30d", group_by: "agent", within: null };
