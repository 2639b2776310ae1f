import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { countsLine, countsOf, sumOf } from "@/scripts/launch/counts";

const folder = mkdtempSync(join(tmpdir(), "switchboard-counts-"));
let count = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function report(content: unknown): string {
  const path = join(folder, `${++count}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

const vitest = {
  numPassedTests: 5,
  numFailedTests: 1,
  numPendingTests: 2,
  numTodoTests: 1,
  testResults: [
    { status: "passed", assertionResults: [{ status: "passed" }] },
    { status: "failed", assertionResults: [{ status: "failed" }] },
  ],
};

test("vitest's report is counted by test", () => {
  expect(countsOf(report(vitest), 1)).toEqual({ passed: 5, failed: 1, skipped: 3 });
});

test("a test file that does not load is one failure", () => {
  const broken = { status: "failed", assertionResults: [] };
  const path = report({ ...vitest, testResults: [...vitest.testResults, broken] });
  expect(countsOf(path, 1)).toEqual({ passed: 5, failed: 2, skipped: 3 });
});

test("playwright's report is counted by test, and a flaky test passed", () => {
  const path = report({ stats: { expected: 7, unexpected: 2, flaky: 1, skipped: 4 } });
  expect(countsOf(path, 1)).toEqual({ passed: 8, failed: 2, skipped: 4 });
});

test("a runner that failed without a failed test counts as one failure", () => {
  const path = report({ stats: { expected: 7, unexpected: 0, flaky: 0, skipped: 0 } });
  expect(countsOf(path, 1)).toEqual({ passed: 7, failed: 1, skipped: 0 });
  expect(countsOf(join(folder, "none.json"), 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("the last line sums the runners and names skipped tests only if there are any", () => {
  const total = sumOf([
    { passed: 5, failed: 0, skipped: 0 },
    { passed: 3, failed: 2, skipped: 0 },
  ]);
  expect(countsLine(total)).toBe("8 passed, 2 failed");
  expect(countsLine({ ...total, skipped: 1 })).toBe("8 passed, 2 failed, 1 skipped");
});
