import "server-only";

/** Longer waits aren't worth a countdown. */
const maxSeconds = 7 * 24 * 60 * 60;

type Headers = Record<string, string | string[] | undefined>;

/** Seconds that `retry-after-ms` or `Retry-After` (RFC 9110: seconds or a date) asks to wait; else null. */
export function retryAfterOfHeaders(headers: Headers, now = Date.now()): number | null {
  const ms = Number(headers["retry-after-ms"] ?? Number.NaN);
  if (ms > 0) return bounded(ms / 1000);
  const value = String(headers["retry-after"] ?? "").trim();
  if (/^[\d.]+$/.test(value)) return bounded(Number(value));
  return bounded((Date.parse(value) - now) / 1000);
}

/** "1h2m3.5s", "20ms", "in 5 seconds", with at least one part. */
const duration =
  /(?:(\d+) ?h(?:ours?)?)? ?(?:(\d+) ?m(?:in(?:utes?)?)?(?![a-z]))? ?(?:(\d+(?:\.\d+)?) ?s(?:ec(?:onds?)?)?(?![a-z]))?(?:(\d+(?:\.\d+)?) ?ms)?/i;
const announced = /\b(?:try again|retry|retrying|reset|resets|wait)(?: it)?(?: after| in| for)? /i;

/** Seconds that a refusal's body asks to wait: Google's `retryDelay`, or "try again in 7m12s"; else null. */
export function retryAfterOfBody(body: string): number | null {
  const text = body.slice(0, 20_000);
  const delay = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(text)?.[1];
  if (delay !== undefined) return bounded(Number(delay));
  const start = announced.exec(text);
  if (!start) return null;
  const rest = text.slice(start.index + start[0].length, start.index + start[0].length + 40);
  const parts = duration.exec(rest);
  if (parts?.index !== 0 || parts[0].trim() === "") return null;
  const [hours, minutes, seconds, ms] = parts.slice(1).map((part) => Number(part ?? 0));
  const total = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0) + (ms ?? 0) / 1000;
  return bounded(total);
}

function bounded(seconds: number): number | null {
  return seconds > 0 && seconds <= maxSeconds ? Math.ceil(seconds) : null;
}
