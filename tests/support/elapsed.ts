/** Milliseconds of the processor that the work takes, however busy the machine is. */
export function processorMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user / 1000;
}

/**
 * The shortest of three measurements, or the first within the limit: a busy machine delays anything
 * once, and what is slow by itself is slow each time.
 */
export async function shortestMs(limit: number, measure: () => Promise<number>): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let tried = 0; tried < 3 && shortest >= limit; tried += 1) {
    shortest = Math.min(shortest, await measure());
  }
  return shortest;
}
