const dayMs = 24 * 3_600_000;

/**
 * The finest period in seconds that CloudWatch keeps for a time: a minute for 15 days, 5 minutes for
 * 63, an hour for 455 (CloudWatch user guide, "Metrics retention").
 * @param at, now milliseconds since 1970
 */
export function finestPeriod(at: number, now: number): 60 | 300 | 3600 {
  // An hour less, so that the period still holds when the request arrives.
  const age = now - at + 3_600_000;
  if (age <= 15 * dayMs) return 60;
  return age <= 63 * dayMs ? 300 : 3600;
}

/** How far back the figures before a switch go. */
export const comparedMs = 30 * dayMs;

/** The window around a switch in the finest period, and the period that holds the switch. */
export function switchWindow(switchAt: number, previousAt: number | null, now: number) {
  const from = Math.max(switchAt - comparedMs, previousAt ?? 0);
  const period_seconds = finestPeriod(from, now);
  const length = period_seconds * 1000;
  const floor = (at: number) => Math.floor(at / length) * length;
  return {
    start: floor(from),
    end: floor(now) + length,
    period_seconds,
    /** The start of the period in which the switch was made. */
    boundary: floor(switchAt),
  };
}
