import { utcTime } from "@/lib/utc-time";

const steps = [
  { unit: "second", short: "s", ms: 1000, upTo: 60_000 },
  { unit: "minute", short: "min", ms: 60_000, upTo: 3_600_000 },
  { unit: "hour", short: "h", ms: 3_600_000, upTo: 86_400_000 },
  { unit: "day", short: "d", ms: 86_400_000, upTo: 60 * 86_400_000 },
  { unit: "month", short: "mo", ms: 30.44 * 86_400_000, upTo: 730 * 86_400_000 },
  { unit: "year", short: "y", ms: 365.25 * 86_400_000, upTo: Number.POSITIVE_INFINITY },
] as const;

const justNowMs = 45_000;

/** "2026-01-05 12:03:11 UTC"; the text itself when it is no time. */
export function exactUtc(at: string): string {
  const time = utcTime(at);
  if (Number.isNaN(time)) return at;
  return `${new Date(time).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/**
 * "just now", "2 hours ago", "in 3 days"; short: "now", "2 h", "in 3 d". Rounded down, so that a
 * thing never looks older than it is. The text itself when it is no time.
 * @param now milliseconds since 1970
 */
export function relativeWords(at: string, now: number, style: "short" | "long"): string {
  const time = utcTime(at);
  if (Number.isNaN(time)) return at;
  const distance = Math.abs(now - time);
  if (distance < justNowMs) return style === "short" ? "now" : "just now";
  const step = steps.find(({ upTo }) => distance < upTo) ?? steps[steps.length - 1];
  if (!step) return at;
  const count = Math.max(1, Math.floor(distance / step.ms));
  const amount =
    style === "short" ? `${count} ${step.short}` : `${count} ${step.unit}${count === 1 ? "" : "s"}`;
  if (time > now) return `in ${amount}`;
  return style === "short" ? amount : `${amount} ago`;
}
