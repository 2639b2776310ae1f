import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { quantile } from "./statistics";

/** Runs in the measured process: on SIGUSR2 it prints the memory in use after a garbage collection. */
const probe = `
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
process.on("SIGUSR2", () => {
  collect();
  // Memory that the first collection hands to finalizers is freed by the second.
  setTimeout(() => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    process.stderr.write("live memory " + (heapUsed + external) + " bytes\\n");
  }, 200);
});
`;

/** Environment variables that a process needs for `liveMemory`. */
export const liveMemoryVariables = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(probe)}`,
};

type Measured = { kill: (signal: NodeJS.Signals) => unknown; output: () => string };

/** Milliseconds. */
const timeoutMs = 30_000;

/**
 * Bytes in use after a garbage collection: the heap, and the buffers that its objects hold.
 * @throws Error when it does not answer within 30 s
 */
export async function liveMemory({ kill, output }: Measured): Promise<number> {
  const reports = () => [...output().matchAll(/^live memory (\d+) bytes$/gm)];
  const before = reports().length;
  const startedAt = performance.now();
  kill("SIGUSR2");
  while (reports().length === before) {
    if (performance.now() - startedAt > timeoutMs) throw new Error(`No answer:\n${output()}`);
    await delay(20);
  }
  return Number(reports().at(-1)?.[1]);
}

/**
 * Bytes retained per request, by the Theil–Sen estimator: the median of the slopes between any two
 * readings, taken before, between and after equal numbers of requests. One-time growth, such as a
 * cache, affects few slopes; a leak affects all of them.
 */
export function retainedPerRequest(readings: readonly number[], requestsInPart: number): number {
  const slopes = readings.flatMap((later, part) =>
    readings.slice(0, part).map((earlier, first) => (later - earlier) / (part - first)),
  );
  return quantile(slopes, 0.5) / requestsInPart;
}

/** Megabytes of a process (proc(5)): resident now, and its peak. */
export function processMemory(pid: number): { resident: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024;
  return { resident: read("VmRSS"), peak: read("VmHWM") };
}
