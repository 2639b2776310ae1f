import { expect, test } from "vitest";
import { RecentMap } from "@/lib/runtime/rules/recent-map";

test("keeps what was used last, and only that many", () => {
  const map = new RecentMap<string, number>(2);
  map.set("a", 1);
  map.set("b", 2);
  expect(map.get("a")).toBe(1);
  map.set("c", 3);
  expect([map.get("a"), map.get("b"), map.get("c")]).toEqual([1, undefined, 3]);
});
