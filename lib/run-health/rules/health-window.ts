const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const hourOf = (at: number) => Math.floor(at / hourMs) * hourMs;

/**
 * The finest period in seconds that CloudWatch stores for a time: a minute for 15 days, 5 minutes for
 * 63, an hour for 455 (CloudWatch user guide, "Metrics retention").
 * @param at, now milliseconds since 1970
 */
export function finestPeriod(at: number, now: number): 60 | 300 | 3600 {
  // With an hour's margin, so that the period is still available when the request arrives.
  const age = now - at + 3_600_000;
  if (age <= 15 * dayMs) return 60;
  return age <= 63 * dayMs ? 300 : 3600;
}

/**
 * The most data points of one reading. CloudWatch allows an account 396,000 a second, counted by
 * range and period even if the metrics are sparse (CloudWatch user guide, "CloudWatch service
 * quotas").
 */
const maxPoints = 200_000;

/** The time up to now, in the finest of these periods that stays within CloudWatch's quota. */
export function recentWindow(
  lengthMs: number,
  metrics: number,
  periods: readonly [number, ...number[]],
  now = Date.now(),
) {
  const isWithin = (seconds: number) => (metrics * lengthMs) / (seconds * 1000) <= maxPoints;
  const period_seconds = periods.find(isWithin) ?? Math.max(...periods);
  const period = period_seconds * 1000;
  const end = Math.ceil(now / period) * period;
  return { start: end - lengthMs, end, period_seconds };
}

/** How far back the figures before a switch go. */
export const comparedMs = 30 * dayMs;

type Window = { start: number; end: number; period_seconds: number };

/**
 * The time around a switch by the hour, and in the finest period only in the hours of the switch
 * and of the one before it. A month of minutes would exceed the quota.
 */
export function switchWindows(switchAt: number, previousAt: number | null, now: number) {
  const from = Math.max(switchAt - comparedMs, previousAt ?? 0);
  const hours: Window = { start: hourOf(from), end: hourOf(now) + hourMs, period_seconds: 3600 };
  const isBounded = previousAt !== null && from === previousAt;
  const exact = new Set(isBounded ? [hourOf(from), hourOf(switchAt)] : [hourOf(switchAt)]);
  const detailed = [...exact].map((start): Window => {
    return { start, end: start + hourMs, period_seconds: finestPeriod(start, now) };
  });
  const period_seconds = finestPeriod(hourOf(switchAt), now);
  const periodOf = (at: number, seconds: number) =>
    Math.floor(at / (seconds * 1000)) * seconds * 1000;
  return {
    hours,
    detailed,
    start: isBounded ? periodOf(from, finestPeriod(hourOf(from), now)) : hourOf(from),
    /** The start of the period in which the switch was made, and its length. */
    boundary: periodOf(switchAt, period_seconds),
    period_seconds,
  };
}
