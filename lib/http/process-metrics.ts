import "server-only";
import { createHistogram } from "node:perf_hooks";
import { log } from "@/lib/log";

const intervalMs = 60_000;
/** How often the delay is sampled, in milliseconds. */
const sampleMs = 20;

const toMb = (bytes: number) => Math.round(bytes / 1024 / 1024);

/**
 * Logs once a minute how long the event loop was blocked, and how much memory the process uses. The
 * CloudFormation template derives its metrics from this line. Node's own monitor can miss a block
 * when it is reset, so one timer both samples and reports.
 * @returns a function that stops it
 */
export function reportProcessMetrics(everyMs = intervalMs): () => void {
  const delays = createHistogram();
  let sampledAt = performance.now();
  let reportAt = sampledAt + everyMs;
  const timer = setInterval(() => {
    const now = performance.now();
    // A histogram holds positive integers.
    delays.record(Math.max(1, Math.round(now - sampledAt - sampleMs)));
    sampledAt = now;
    if (now < reportAt) return;
    const { rss, heapUsed } = process.memoryUsage();
    log("info", "Process", {
      event_loop_p99_ms: delays.percentile(99),
      event_loop_max_ms: delays.max,
      resident_mb: toMb(rss),
      heap_mb: toMb(heapUsed),
    });
    delays.reset();
    reportAt = now + everyMs;
  }, sampleMs);
  timer.unref();
  return () => clearInterval(timer);
}
