"use client";

import { useSyncExternalStore } from "react";
import { formatRelativeTime, formatUtc } from "@/lib/format";

const everyMs = 30_000;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

/** One clock for all times on the page. */
function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const notify of listeners) notify();
  }, everyMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
const now = () => Math.floor(Date.now() / everyMs) * everyMs;

/** Milliseconds since 1970, rounded down to half a minute; rerenders at each step. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, now, now);
}

export type RelativeTimeProps = {
  /** ISO 8601, UTC. */
  at: string;
  /** "short" for tables: "2 h"; "long": "2 hours ago". */
  style?: "short" | "long";
  className?: string;
};

/** How long ago, or in how long; the exact UTC time on hover and for machines. */
export function RelativeTime({ at, style = "long", className }: RelativeTimeProps) {
  const current = useNow();
  return (
    // The clocks of server and browser may differ by a step, which the next tick corrects.
    <time dateTime={at} title={formatUtc(at)} className={className} suppressHydrationWarning>
      {formatRelativeTime(at, current, style)}
    </time>
  );
}
