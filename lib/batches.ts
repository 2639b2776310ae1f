import "server-only";

/** The items in groups of at most `size`, in their order. */
export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, index) => items.slice(index * size, (index + 1) * size));
}

/**
 * Does the same to every item, `atOnce` of them at a time; the results stand in the items' order.
 * @throws what `work` throws first: the groups after it are not begun
 */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const together of chunksOf(items, atOnce)) {
    results.push(...(await Promise.all(together.map(work))));
  }
  return results;
}
