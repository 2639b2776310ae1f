import { expect, test } from "vitest";
import { chunksOf, mapConcurrently } from "@/lib/batches";

test("chunks keep all items in order, and none is empty", () => {
  expect(chunksOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(chunksOf([], 2)).toEqual([]);
});

test("concurrency is limited, and a failure starts no further groups", async () => {
  let running = 0;
  let peak = 0;
  const begun: number[] = [];
  const double = async (item: number) => {
    begun.push(item);
    peak = Math.max(peak, ++running);
    await Promise.resolve();
    running -= 1;
    if (item < 0) throw new Error("negative");
    return item * 2;
  };
  expect(await mapConcurrently([1, 2, 3, 4, 5], 2, double)).toEqual([2, 4, 6, 8, 10]);
  expect(peak).toBe(2);

  begun.length = 0;
  await expect(mapConcurrently([1, -2, 3], 2, double)).rejects.toThrow("negative");
  expect(begun).toEqual([1, -2]);
});
