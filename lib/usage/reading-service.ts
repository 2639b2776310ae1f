import "server-only";
import { explainAwsFailure } from "@/lib/aws/failures";
import { AppError } from "@/lib/errors";
import { failureName, log } from "@/lib/log";
import { listSeenDimensions, saveSeenDimensions } from "./dimensions-repository";
import { listRecentDimensions, readSeries, type UsageSeries } from "./metrics-repository";
import { type Dimensions, dimensionsId } from "./rules/dimensions";
import type { UsageWindow } from "./rules/window";

/** Milliseconds from the start of a reading. The API may be 10 s behind CloudWatch. */
const freshMs = 5_000;
/** An answer of a window that has moved on by less than this stands in for a failed one. */
const maxShiftMs = 24 * 3_600_000;
const maxCached = 12;

export type UsageSnapshot = {
  window: UsageWindow;
  /** When it began, milliseconds since 1970. */
  begun: number;
  series: UsageSeries[];
};

type Attempt = { begun: number; isOver: boolean; outcome: Promise<UsageSnapshot | AppError> };

const attempts = new Map<string, Attempt>();
/** The last answers, the latest first. */
let answered: UsageSnapshot[] = [];

/**
 * The tokens of a window by dimensions and period, at most some seconds old. While CloudWatch gives
 * no answer it is the last one known, and `staleBecause` says why.
 * @throws AppError `aws_unavailable` when there is no earlier answer either
 */
export async function readUsageSeries(
  window: UsageWindow,
): Promise<{ reading: UsageSnapshot; staleBecause: string | null }> {
  const outcome = await attempt(window);
  if (!(outcome instanceof AppError)) return { reading: outcome, staleBecause: null };
  const last = answered.find(({ window: other }) => canReplace(other, window));
  if (!last) throw outcome;
  return { reading: last, staleBecause: outcome.message };
}

function attempt(window: UsageWindow): Promise<UsageSnapshot | AppError> {
  const key = `${window.start}-${window.end}-${window.period_seconds}`;
  const current = attempts.get(key);
  if (current && (!current.isOver || Date.now() - current.begun < freshMs)) return current.outcome;
  const begun = Date.now();
  const outcome = read(window, begun).catch(explainFailure);
  const made: Attempt = { begun, isOver: false, outcome };
  const end = () => {
    made.isOver = true;
  };
  outcome.then(end, end);
  attempts.delete(key);
  attempts.set(key, made);
  const oldest = attempts.keys().next().value;
  if (attempts.size > maxCached && oldest !== undefined) attempts.delete(oldest);
  return outcome;
}

async function read(window: UsageWindow, begun: number): Promise<UsageSnapshot> {
  const series = await readSeries(await listAllDimensions(), window);
  const reading = { window, begun, series };
  const others = answered.filter(({ window: other }) => !isSame(other, window));
  answered = [reading, ...others].toSorted((a, b) => b.begun - a.begun).slice(0, maxCached);
  return reading;
}

function isSame(one: UsageWindow, other: UsageWindow): boolean {
  return (
    one.start === other.start &&
    one.end === other.end &&
    one.period_seconds === other.period_seconds
  );
}

/** A rolling window moves with the clock; the answer says which periods it is of. */
function canReplace(known: UsageWindow, wanted: UsageWindow): boolean {
  return (
    known.period_seconds === wanted.period_seconds &&
    Math.abs(known.start - wanted.start) <= maxShiftMs &&
    Math.abs(known.end - wanted.end) <= maxShiftMs
  );
}

function explainFailure(error: unknown): AppError {
  const name = error instanceof Error ? error.name : "";
  if (/throttl|RequestLimitExceeded|LimitExceeded/i.test(name)) {
    return unavailable("CloudWatch is throttling requests. Try again in a minute.", error);
  }
  const explained = explainAwsFailure(error);
  if (explained && (name.startsWith("AccessDenied") || explained.code !== "aws_unavailable")) {
    return explained;
  }
  // Every refusal of AWS carries this member, whatever its name.
  if (!explained && !(error instanceof Error && "$metadata" in error)) throw error;
  return unavailable(`CloudWatch gave no answer (${name}). Try again in a minute.`, error);
}

function unavailable(message: string, cause: unknown): AppError {
  return new AppError("aws_unavailable", message, { cause });
}

/** Other copies of the console see new dimensions too: what they kept is read again after this. */
const rememberedMs = 10 * 60_000;

let cachedDimensions: { seen: Map<string, Dimensions>; until: number } | undefined;

/**
 * Every set of dimensions under which tokens were ever written: those that ListMetrics lists, and
 * those seen before, because it forgets a metric after two idle weeks. A new set is kept once.
 */
async function listAllDimensions(): Promise<Dimensions[]> {
  const [recent, seen] = await Promise.all([listRecentDimensions(), loadSeenDimensions()]);
  const fresh = recent.filter((entry) => !seen.has(dimensionsId(entry)));
  if (fresh.length > 0) for (const saved of await keep(fresh)) seen.set(dimensionsId(saved), saved);
  const unsaved = fresh.filter((entry) => !seen.has(dimensionsId(entry)));
  return [...seen.values(), ...unsaved];
}

async function loadSeenDimensions(): Promise<Map<string, Dimensions>> {
  if (cachedDimensions && Date.now() < cachedDimensions.until) return cachedDimensions.seen;
  const until = Date.now() + rememberedMs;
  const stored = await listSeenDimensions();
  const seen = new Map(stored.map((entry) => [dimensionsId(entry), entry]));
  cachedDimensions = { seen, until };
  return seen;
}

/** What cannot be kept now is tried again with the next reading; the usage is shown all the same. */
async function keep(fresh: Dimensions[]): Promise<Dimensions[]> {
  try {
    return await saveSeenDimensions(fresh);
  } catch (error) {
    log("error", "New usage dimensions were not kept", {
      name: failureName(error),
      count: fresh.length,
    });
    return [];
  }
}
