import { expect, test } from "vitest";
import actions from "@/lib/aws/actions.json";
import { probeCalls } from "@/lib/checks/permission-calls-repository";

test("every action that the console needs is tried, and no other", () => {
  const needed = new Set(actions.map(({ action }) => action));
  expect(Object.keys(probeCalls).toSorted()).toEqual([...needed].toSorted());
});

test("no action is listed twice for one resource", () => {
  const pairs = actions.map(({ action, resource }) => `${action} ${resource}`);
  expect(new Set(pairs).size).toBe(pairs.length);
});
