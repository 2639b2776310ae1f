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
export async function mapInTurns<Item, Result>(
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
 * For long work in memory: awaited between its steps, it lets other requests run whenever 10 ms have
 * passed.
 */
export function takeTurns(): () => Promise<void> {
  let startedAt = performance.now();
  return async () => {
    if (performance.now() - startedAt < sliceMs) return;
    await setImmediate();
    startedAt = performance.now();
  };
}
