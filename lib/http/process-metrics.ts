import "server-only";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { log } from "@/lib/log";

const intervalMs = 60_000;
/** How often the delay is sampled; an idle process measures about this much. */
const resolutionMs = 20;

const toMs = (nanoseconds: number) => Math.max(0, Math.round(nanoseconds / 1e6) - resolutionMs);
const toMb = (bytes: number) => Math.round(bytes / 1024 / 1024);

/**
 * Logs once a minute how long the event loop was blocked, and how much memory the process uses. The
 * metrics of the CloudFormation template are read from this line.
 * @returns a function that stops it
 */
export function reportProcessMetrics(everyMs = intervalMs): () => void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  const timer = setInterval(() => {
    const { rss, heapUsed } = process.memoryUsage();
    log("info", "Process", {
      event_loop_p99_ms: toMs(delay.percentile(99)),
      event_loop_max_ms: toMs(delay.max),
      resident_mb: toMb(rss),
      heap_mb: toMb(heapUsed),
    });
    delay.reset();
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
