import { setTimeout as delay } from "node:timers/promises";
import { quantile } from "./statistics";

/** Runs in the measured process: on SIGUSR2 it says how much is still in use after a collection. */
const probe = `
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
process.on("SIGUSR2", () => {
  collect();
  // What the first collection gives to finalizers is free after the second.
  setTimeout(() => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    process.stderr.write("live memory " + (heapUsed + external) + " bytes\\n");
  }, 200);
});
`;

/** Variables of a process whose `liveMemory` is to be asked for. */
export const withLiveMemory = {
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(probe)}`,
};

type Measured = { kill: (signal: NodeJS.Signals) => unknown; output: () => string };

/** Milliseconds. */
const timeoutMs = 30_000;

/**
 * Bytes that the process cannot let go of: its heap, and the buffers that its objects hold.
 * @throws Error when it does not answer within 30 s
 */
export async function liveMemory({ kill, output }: Measured): Promise<number> {
  const said = () => [...output().matchAll(/^live memory (\d+) bytes$/gm)];
  const before = said().length;
  const startedAt = performance.now();
  kill("SIGUSR2");
  while (said().length === before) {
    if (performance.now() - startedAt > timeoutMs) throw new Error(`No answer:\n${output()}`);
    await delay(20);
  }
  return Number(said().at(-1)?.[1]);
}

/**
 * Bytes kept for each request, of readings before, between and after parts of as many requests: the
 * median of the slopes between any two readings (Theil and Sen). What is made once, a cache or
 * compiled code, is in few of them; a leak is in all.
 */
export function keptByRequest(readings: readonly number[], requestsInPart: number): number {
  const slopes = readings.flatMap((later, part) =>
    readings.slice(0, part).map((earlier, first) => (later - earlier) / (part - first)),
  );
  return quantile(slopes, 0.5) / requestsInPart;
}
