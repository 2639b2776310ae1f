import type { JsonObject } from "../embedded/json";

/** Stores metric data of any age, in the shape of PutMetricData. */
export type Backfill = (body: JsonObject) => Promise<void>;

/** The calls of an agent; `from` and `until` are in days before now. */
export type Sample = {
  agent: string;
  provider?: string;
  model?: string;
  /** Per working day. */
  calls: number;
  /** Tokens per call. */
  input: number;
  output: number;
  from?: number;
  until?: number;
  /** How long a call takes, and the share of those that fail. */
  seconds?: number;
  fails?: number;
};

const days = 30;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** The hours of a sample, oldest first. */
export function hoursOf({ from, until = 0 }: Sample, now: Date): number[] {
  const lastHour = Math.floor(now.getTime() / hourMs) * hourMs;
  const midnight = Math.floor(lastHour / dayMs) * dayMs;
  const first = from === undefined ? midnight - (days - 1) * dayMs : lastHour - from * dayMs;
  const length = (lastHour - until * dayMs - first) / hourMs;
  return Array.from({ length }, (_, index) => first + index * hourMs);
}

/** Most calls happen in the daytime (UTC), few at weekends. */
export function callsAt({ agent, model = "", calls }: Sample, at: number): number {
  const time = new Date(at);
  const hour = time.getUTCHours();
  const hourlyShare = hour >= 7 && hour < 19 ? 0.075 : 0.0085;
  const isWeekend = time.getUTCDay() === 0 || time.getUTCDay() === 6;
  const expected = calls * hourlyShare * (isWeekend ? 0.35 : 1);
  return Math.floor(expected * 2 * share(`${agent} ${model} ${at}`) + 0.5);
}

/** A deterministic number in [0, 1) for a text (FNV-1a). */
export function share(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
