import "server-only";
import { env } from "@/lib/env";
import { incrementCounter } from "./repository";

export type Limited = "sign_in" | "keys" | "completions" | "probes" | "listings";

/** The result of counting a request; `excess` counts from 1, `retryAfter` is in whole seconds. */
export type Count = { allowed: true } | { allowed: false; excess: number; retryAfter: number };

const windowMs = 60_000;

/** The limit of requests per minute, counted by person or, for sign-in, by network. */
export function rateLimitFor(kind: Limited): number {
  const limits = env();
  return {
    sign_in: limits.RATE_LIMIT_SIGN_INS,
    keys: limits.RATE_LIMIT_KEYS,
    completions: limits.RATE_LIMIT_COMPLETIONS,
    probes: limits.RATE_LIMIT_PROBES,
    listings: limits.RATE_LIMIT_LISTINGS,
  }[kind];
}

/** Subjects over the limit, so that further requests need no write. */
const exceeded = new Map<string, { until: number; excess: number }>();

/**
 * Counts one request in this minute's window, shared by all copies of the console.
 * @throws DynamoDB's error; the caller decides what to do without a counter
 */
export async function countRequest(kind: Limited, subject: string): Promise<Count> {
  const now = Date.now();
  const windowStart = now - (now % windowMs);
  const ends = windowStart + windowMs;
  const id = `${kind}#${subject}`;
  const refusal = exceeded.get(id);
  const retryAfter = Math.max(1, Math.ceil((ends - now) / 1000));
  if (refusal && refusal.until > now) {
    refusal.excess += 1;
    return { allowed: false, excess: refusal.excess, retryAfter };
  }
  const excess = (await incrementCounter({ kind, subject, windowStart })) - rateLimitFor(kind);
  if (excess <= 0) return { allowed: true };
  dropExpired(now);
  exceeded.set(id, { until: ends, excess });
  return { allowed: false, excess, retryAfter };
}

const maxRecordedRefusals = 5;

/** Whether to record a refusal as an event: the first five of a subject per minute. */
export async function shouldRecordRefusal(subject: string): Promise<boolean> {
  const now = Date.now();
  const id = `refusals#${subject}`;
  const refusal = exceeded.get(id);
  if (refusal && refusal.until > now) return false;
  const windowStart = now - (now % windowMs);
  const hits = await incrementCounter({ kind: "refusals", subject, windowStart });
  if (hits <= maxRecordedRefusals) return true;
  dropExpired(now);
  exceeded.set(id, { until: windowStart + windowMs, excess: hits - maxRecordedRefusals });
  return false;
}

function dropExpired(now: number): void {
  for (const [id, { until }] of exceeded) if (until <= now) exceeded.delete(id);
}
