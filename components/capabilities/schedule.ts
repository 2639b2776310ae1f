export type Limits<Item> = {
  groupOf: (item: Item) => string;
  /** Maximum concurrency within a group. */
  perGroup: number;
  /** Maximum concurrency overall. */
  overall: number;
};

/** Runs `work` for every item within the limits; starts nothing after `signal` aborts. `work` must not reject. */
export async function schedule<Item>(
  items: readonly Item[],
  { groupOf, perGroup, overall }: Limits<Item>,
  work: (item: Item) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...items];
  const busy = new Map<string, number>();
  const running = new Set<Promise<void>>();
  const countOf = (group: string) => busy.get(group) ?? 0;

  function takeNext(): Item | undefined {
    const index = waiting.findIndex((item) => countOf(groupOf(item)) < perGroup);
    return index < 0 ? undefined : waiting.splice(index, 1)[0];
  }

  function start(item: Item): void {
    const group = groupOf(item);
    busy.set(group, countOf(group) + 1);
    const done = work(item).finally(() => {
      busy.set(group, countOf(group) - 1);
      running.delete(done);
    });
    running.add(done);
  }

  for (;;) {
    while (running.size < overall && !signal.aborted) {
      const item = takeNext();
      if (item === undefined) break;
      start(item);
    }
    if (running.size === 0) return;
    await Promise.race(running);
  }
}
