import "server-only";
import { explainAwsFailure, onlyRead } from "@/lib/aws/failures";
import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";
import { listOwnedDimensions } from "./dimensions-service";
import { readSeries, type UsageSeries } from "./metrics-repository";
import { type Dimensions, dimensionsId } from "./rules/dimensions";
import { hourMs } from "./rules/priced-series";
import type { UsageWindow } from "./rules/window";

/** Milliseconds from the start of a reading. The API may lag CloudWatch by 10 s. */
const cacheMs = 5_000;
/** How far apart, in milliseconds, the window of a cached answer may be to replace a failed one. */
const maxShiftMs = 24 * 3_600_000;
const maxCached = 12;

export type UsageSnapshot = {
  window: UsageWindow;
  /** Milliseconds since 1970. */
  startedAt: number;
  series: OwnSeries[];
  /** Usage proven to be another environment's; no total includes it. */
  foreign: ForeignSeries[];
};

/** `isRegistered`: a row of AgentRegistry names the agent. */
export type OwnSeries = UsageSeries & { isRegistered: boolean };
export type ForeignSeries = UsageSeries & { environment: string };

type Attempt = { startedAt: number; isDone: boolean; outcome: Promise<UsageSnapshot | AppError> };

const attempts = new Map<string, Attempt>();
/** The last answers, newest first. */
let answered: UsageSnapshot[] = [];

/**
 * The tokens of a window by dimensions and period, at most some seconds old. If CloudWatch fails,
 * returns the last known answer and the reason in `staleBecause`.
 * @throws AppError `aws_unavailable` without an earlier answer
 */
export async function readUsageSeries(
  window: UsageWindow,
): Promise<{ reading: UsageSnapshot; staleBecause: string | null }> {
  const outcome = await attempt(window);
  if (!(outcome instanceof AppError)) return { reading: outcome, staleBecause: null };
  const last = answered.find(({ window: b }) => canReplace(b, window));
  if (!last) throw outcome;
  return { reading: last, staleBecause: outcome.message };
}

function attempt(window: UsageWindow): Promise<UsageSnapshot | AppError> {
  const key = `${window.start}-${window.end}-${window.period_seconds}`;
  const current = attempts.get(key);
  if (current && (!current.isDone || Date.now() - current.startedAt < cacheMs))
    return current.outcome;
  const startedAt = Date.now();
  const outcome = read(window, startedAt).catch(explainFailure);
  const started: Attempt = { startedAt, isDone: false, outcome };
  const end = () => {
    started.isDone = true;
  };
  outcome.then(end, end);
  attempts.delete(key);
  attempts.set(key, started);
  const oldest = attempts.keys().next().value;
  if (attempts.size > maxCached && oldest !== undefined) attempts.delete(oldest);
  return outcome;
}

async function read(window: UsageWindow, startedAt: number): Promise<UsageSnapshot> {
  const owned = await listOwnedDimensions();
  const all = await readSeries(
    owned.map(({ dimensions }) => dimensions),
    window,
  );
  const series: OwnSeries[] = [];
  const foreign: ForeignSeries[] = [];
  owned.forEach(({ environment, isRegistered }, index) => {
    const entry = all[index];
    if (!entry) return;
    if (environment === null || environment === env().ENV_NAME)
      series.push({ ...entry, isRegistered });
    else foreign.push({ ...entry, environment });
  });
  const reading = { window, startedAt, series, foreign };
  const rest = answered.filter(({ window: b }) => !isSame(b, window));
  answered = [reading, ...rest].toSorted((a, b) => b.startedAt - a.startedAt).slice(0, maxCached);
  return reading;
}

function isSame(a: UsageWindow, b: UsageWindow): boolean {
  return a.start === b.start && a.end === b.end && a.period_seconds === b.period_seconds;
}

/** Rolling windows move with the clock, so they don't have to be equal. */
function canReplace(cached: UsageWindow, requested: UsageWindow): boolean {
  return (
    cached.period_seconds === requested.period_seconds &&
    Math.abs(cached.start - requested.start) <= maxShiftMs &&
    Math.abs(cached.end - requested.end) <= maxShiftMs
  );
}

/** The tokens of one set of dimensions on one day. */
export type DayTokens = { dimensions: Dimensions; input: number; output: number };
type Hours = { series: UsageSeries[]; staleBecause: string | null };
type HourAttempt = { startedAt: number; outcome: Promise<UsageSeries[] | AppError> };

const hourAttempts = new Map<string, HourAttempt>();
const maxHourAttempts = 200;
/** By day and dimensions. Entries don't expire. */
const cachedHours = new Map<string, UsageSeries>();
const maxCachedHours = 5_000;

/**
 * The tokens of a UTC day by the hour. Hours that add up to the tokens of the day are current, however
 * long ago they were read; others are at most some seconds old. If CloudWatch fails, returns the last
 * known answer and the reason.
 * @throws AppError `aws_unavailable` without an earlier answer
 */
export async function readHours(day: number, all: DayTokens[]): Promise<Hours> {
  const keyOf = (dimensions: Dimensions) => `${day} ${dimensionsId(dimensions)}`;
  const find = ({ dimensions }: DayTokens) => cachedHours.get(keyOf(dimensions));
  const outdated = all.filter((entry) => !isSumOf(find(entry), entry));
  let staleBecause: string | null = null;
  if (outdated.length > 0) {
    const outcome = await attemptHours(
      day,
      outdated.map(({ dimensions }) => dimensions),
    );
    if (outcome instanceof AppError) {
      if (!outdated.every(find)) throw outcome;
      staleBecause = outcome.message;
    } else {
      for (const entry of outcome) {
        cache(cachedHours, keyOf(entry.dimensions), entry, maxCachedHours);
      }
    }
  }
  return { series: all.flatMap((entry) => find(entry) ?? []), staleBecause };
}

function isSumOf(hours: UsageSeries | undefined, { input, output }: DayTokens): boolean {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return hours !== undefined && sum(hours.input) === input && sum(hours.output) === output;
}

function attemptHours(day: number, all: Dimensions[]): Promise<UsageSeries[] | AppError> {
  const key = JSON.stringify([day, ...all.map(dimensionsId).sort()]);
  const current = hourAttempts.get(key);
  if (current && Date.now() - current.startedAt < cacheMs) return current.outcome;
  const window = { start: day, end: day + 24 * hourMs, period_seconds: 3600 } as const;
  const outcome = readSeries(all, window).catch(explainFailure);
  cache(hourAttempts, key, { startedAt: Date.now(), outcome }, maxHourAttempts);
  return outcome;
}

function cache<Value>(map: Map<string, Value>, key: string, value: Value, maxSize: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > maxSize && oldest !== undefined) map.delete(oldest);
}

function explainFailure(error: unknown): AppError {
  const name = error instanceof Error ? error.name : "";
  if (/throttl|RequestLimitExceeded|LimitExceeded/i.test(name)) {
    return unavailable("CloudWatch is throttling requests. Try again in a minute.", error);
  }
  const explained = explainAwsFailure(error, onlyRead);
  if (explained) return explained;
  // Every AWS error has this member.
  if (!(error instanceof Error && "$metadata" in error)) throw error;
  return unavailable(`CloudWatch gave no answer (${name}). Try again in a minute.`, error);
}

function unavailable(message: string, cause: unknown): AppError {
  return new AppError("aws_unavailable", message, { cause });
}
