import "server-only";
import { setImmediate } from "node:timers/promises";

/** Splits the items into groups of at most `size`. */
export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/**
 * Maps the items, `concurrency` at a time; results are in the order of the items.
 * @throws the first error of `work`; later groups are not started
 */
export async function mapConcurrently<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const batch of chunksOf(items, concurrency)) {
    results.push(...(await Promise.all(batch.map(work))));
  }
  return results;
}

const sliceMs = 10;

/**
 * Keeps long work in memory from blocking other requests. Await the returned function between steps:
 * it yields to the event loop once 10 ms have passed.
 */
export function createYielder(): () => Promise<void> {
  let startedAt = performance.now();
  return async () => {
    if (performance.now() - startedAt < sliceMs) return;
    await setImmediate();
    startedAt = performance.now();
  };
}
