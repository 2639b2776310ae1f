import { expect, test } from "vitest";
import { schedule } from "@/components/capabilities/schedule";

const limits = { groupOf: (item: string) => item.charAt(0), perGroup: 2, overall: 3 };

/** Work that the test ends by itself, and what ran at the same time. */
function workshop() {
  const running = new Map<string, () => void>();
  const begun: string[] = [];
  return {
    begun,
    running: () => [...running.keys()],
    work: (item: string) =>
      new Promise<void>((resolve) => {
        begun.push(item);
        running.set(item, () => {
          running.delete(item);
          resolve();
        });
      }),
    /** Ends one piece of work and lets the next begin. */
    end: async (item: string) => {
      running.get(item)?.();
      await new Promise((later) => setTimeout(later));
    },
  };
}

test("runs at most two of a group and three in all at a time, in order", async () => {
  const { begun, running, work, end } = workshop();
  const items = ["a1", "a2", "a3", "b1", "b2", "a4"];
  const all = schedule(items, limits, work, new AbortController().signal);
  expect(running()).toEqual(["a1", "a2", "b1"]);
  await end("b1");
  expect(running()).toEqual(["a1", "a2", "b2"]);
  await end("a1");
  expect(running()).toEqual(["a2", "b2", "a3"]);
  await end("b2");
  expect(running()).toEqual(["a2", "a3"]);
  for (const item of ["a2", "a3", "a4"]) await end(item);
  await all;
  expect(begun).toEqual(["a1", "a2", "b1", "b2", "a3", "a4"]);
});

test("once stopped, starts nothing more and waits for what is running", async () => {
  const { begun, work, end } = workshop();
  const stop = new AbortController();
  const all = schedule(["a1", "a2", "a3", "b1"], limits, work, stop.signal);
  stop.abort();
  for (const item of ["a1", "a2", "b1"]) await end(item);
  await all;
  expect(begun).toEqual(["a1", "a2", "b1"]);
});

test("an empty schedule ends at once", async () => {
  await schedule([], limits, () => Promise.reject(new Error("No")), new AbortController().signal);
});
