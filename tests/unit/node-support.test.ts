import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isBefore, nodeWarning } from "@/lib/node-support";
import support from "@/lib/node-support.json";
import { root } from "../../scripts/launch/root";

const soonAfter = new Date(Date.parse(support.read) + 24 * 60 * 60 * 1000);
const stateOf = (version: string, now = soonAfter) => nodeWarning(version, now)?.state ?? null;

test("a Node at or above its line's floor causes no warning", () => {
  expect(["24.22.1", "24.22.3", "22.23.4", "26.12.1"].map((node) => stateOf(node))).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("a Node below its line's floor is named, with the release to update to", () => {
  expect(nodeWarning("24.22.0", soonAfter)).toEqual({
    state: "below_floor",
    detail: "Node 24.22.0 lacks security fixes. Update to 24.22.1 or later.",
  });
  expect(stateOf("24.9.4")).toBe("below_floor");
});

test("a line past its end of life is named, whatever its patch level", () => {
  expect(nodeWarning("20.20.2", soonAfter)?.detail).toBe(
    "Node 20.20.2 gets no security fixes: its line ended on 2026-04-30. Run production on Node 24.",
  );
  expect(stateOf("24.22.3", new Date("2028-06-01"))).toBe("ended");
});

test("a line without a floor, and a floor that is old, are called unverified", () => {
  expect(stateOf("25.9.0")).toBe("unverified");
  expect(stateOf("24.22.3", new Date("2027-06-01"))).toBe("unverified");
});

test("the image runs a Node of the production line, at or above the floor", () => {
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  const [, version = ""] = /^ARG NODE_IMAGE=node:([\d.]+)-/m.exec(dockerfile) ?? [];
  expect(version).toMatch(new RegExp(`^${support.production}\\.\\d+\\.\\d+$`));
  expect(stateOf(version)).toBeNull();
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base = ""]) => base);
  expect(bases.every((base) => /^(\$\{NODE_IMAGE\}|scratch)$/.test(base))).toBe(true);
});

test("every line of the list has a source", () => {
  for (const { source } of support.lines) expect(source).toMatch(/^https:\/\//);
  expect(support.read).toMatch(/^\d{4}-\d{2}-\d{2}$/);
});

test("versions compare by their numbers, and a prerelease comes first", () => {
  expect(isBefore("24.9.0", "24.10.0")).toBe(true);
  expect(isBefore("24.10.0", "24.10.0")).toBe(false);
  expect(isBefore("5.0.0-beta.32", "5.0.0")).toBe(true);
  expect(isBefore("5.0.0", "5.0.0-beta.32")).toBe(false);
});
