import { expect, test } from "vitest";
import { failureLines, timeLines } from "@/scripts/test/run-record";

test("lists phases in order and only the slowest files, slowest first", () => {
  const files = [
    { file: "quick.test.ts", seconds: 0.04 },
    { file: "slow.test.ts", seconds: 12 },
    { file: "slower.test.ts", seconds: 100.25 },
  ];
  expect(timeLines([{ file: "build", seconds: 3.21 }], files, 2)).toEqual([
    "Where the time went",
    "     3.2 s  build",
    "Slowest files (several run at once)",
    "   100.3 s  slower.test.ts",
    "    12.0 s  slow.test.ts",
  ]);
});

test("lists a limited number of failures with the start of their messages", () => {
  const failure = { file: "a.test.ts", title: "it adds", message: "expected 1\n\nto be 2" };
  expect(failureLines([failure, { ...failure, title: "it subtracts" }], 1)).toEqual([
    "What failed",
    "  a.test.ts > it adds",
    "      expected 1",
    "      to be 2",
    "  and 1 more (see above)",
  ]);
  expect(failureLines([])).toEqual([]);
});
