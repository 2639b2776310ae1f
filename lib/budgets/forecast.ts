import Big from "big.js";

const dayMs = 24 * 3_600_000;
/** A week has each of its days once: weekends weigh as much as they do. */
const rateDays = 7;
/** Of a first day not less than this part is taken as gone, or its first minutes would be the rate. */
const leastPart = 0.25;

export type DaySpend = {
  /** The beginning of a day in UTC, milliseconds since 1970. */
  at: number;
  usd: number;
};

/** The month in UTC that a time lies in; milliseconds since 1970, `end` is not part of it. */
export function monthOf(now: number): { start: number; end: number } {
  const time = new Date(now);
  const [year, month] = [time.getUTCFullYear(), time.getUTCMonth()];
  return { start: Date.UTC(year, month, 1), end: Date.UTC(year, month + 1, 1) };
}

/**
 * What the month will have cost at its end, in USD: what it has cost so far, and for the rest of it
 * the mean of the last seven whole days, of as many as there are since the first use. Where there is
 * no whole day yet, today goes on as it began.
 * @param days those with usage, of this month and of the week before now at least
 * @param now milliseconds since 1970
 */
export function forecastMonth(days: readonly DaySpend[], now: number): number {
  const { start, end } = monthOf(now);
  const spent = sumOf(days.filter(({ at }) => at >= start));
  return spent + dailyRate(days, now) * ((end - now) / dayMs);
}

function dailyRate(days: readonly DaySpend[], now: number): number {
  if (days.length === 0) return 0;
  const today = Math.floor(now / dayMs) * dayMs;
  const first = Math.min(...days.map(({ at }) => at));
  const whole = Math.min(rateDays, (today - first) / dayMs);
  if (whole < 1) return sumOf(days) / Math.max((now - today) / dayMs, leastPart);
  const from = today - whole * dayMs;
  return sumOf(days.filter(({ at }) => at >= from && at < today)) / whole;
}

function sumOf(days: readonly DaySpend[]): number {
  return days.reduce((sum, { usd }) => sum.plus(usd), new Big(0)).toNumber();
}
