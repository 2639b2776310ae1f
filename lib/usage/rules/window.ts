import { invalidField } from "@/lib/errors";
import type { UsageQuery } from "@/lib/usage/schema";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Longer ranges have daily periods. */
const maxHourlyRangeMs = 14 * dayMs;
/** CloudWatch stores hours for 455 days (CloudWatch user guide, "Metrics retention"). */
export const retentionDays = 455;
const defaultDays = 30;

/** Complete periods in UTC. */
export type UsageWindow = {
  /** Milliseconds since 1970; `end` is exclusive. */
  start: number;
  end: number;
  period_seconds: 3600 | 86_400;
};

/**
 * The complete periods that cover the requested range (by default the last 30 days), including the
 * current period.
 * @param now milliseconds since 1970
 * @throws AppError `invalid` that names the field
 */
export function usageWindow({ from, to }: Pick<UsageQuery, "from" | "to">, now: number) {
  const requestedEnd = to === undefined ? now : Date.parse(to) + (isDay(to) ? dayMs : 0);
  const end = Math.min(requestedEnd, now);
  const start = from === undefined ? end - defaultDays * dayMs : Date.parse(from);
  if (from !== undefined && start >= now) throw invalidField("from", `"from" lies in the future.`);
  if (start >= requestedEnd) throw invalidField("to", `"to" must come after "from".`);
  if (start < now - (retentionDays + 1) * dayMs) {
    const first = new Date(now - retentionDays * dayMs).toISOString().slice(0, 10);
    const field = from === undefined ? "to" : "from";
    throw invalidField(field, `CloudWatch keeps ${retentionDays} days: ask from ${first} on.`);
  }
  return aligned(start, end);
}

function aligned(start: number, end: number): UsageWindow {
  const isShort = end - start <= maxHourlyRangeMs;
  const periodMs = isShort ? hourMs : dayMs;
  return {
    start: Math.floor(start / periodMs) * periodMs,
    end: Math.ceil(end / periodMs) * periodMs,
    period_seconds: isShort ? 3600 : 86_400,
  };
}

const isDay = (time: string) => !time.includes("T");
