import { processorMs } from "./elapsed";

/** What one turn of the event loop may take, on a slow machine too: milliseconds of the processor. */
export const maxTurnMs = Math.max(
  500,
  20 * processorMs(() => JSON.parse(`[${"1,".repeat(99_000)}1]`)),
);

/** The processor's time of the longest turn of the event loop while the work is under way. */
export async function longestTurn(work: () => Promise<unknown>): Promise<number> {
  let longestMs = 0;
  let last = process.cpuUsage();
  const look = () => {
    const { user, system } = process.cpuUsage(last);
    longestMs = Math.max(longestMs, (user + system) / 1000);
    last = process.cpuUsage();
    next = setImmediate(look);
  };
  let next = setImmediate(look);
  try {
    await work();
    look();
    return longestMs;
  } finally {
    clearImmediate(next);
  }
}
