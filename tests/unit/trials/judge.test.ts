import { expect, test } from "vitest";
import { readChoice, verdictOf } from "@/lib/trials/rules/judge";

test.each([
  ["A is complete.\nA", "A"],
  ["Both do it.\n**SAME**", "SAME"],
  ["b", "B"],
  ["Answer A calls the right tool.\nThe better one is B.", "B"],
  ["A or B", "B"],
  ["I can't say", null],
  ["A\nbecause it is longer than the other one", null],
  ["", null],
])("the judge's choice is its last line: %j", (text, choice) => {
  expect(readChoice(text)).toBe(choice);
});

test.each([
  ["A", "B", "worse"],
  ["B", "A", "better"],
  ["SAME", "SAME", "same"],
  // It prefers a position, not an answer.
  ["A", "A", "unclear"],
  ["B", "B", "unclear"],
  ["A", "SAME", "unclear"],
  [null, "B", "unclear"],
] as const)("%s in one order and %s in the other is %s", (presentFirst, otherFirst, verdict) => {
  expect(verdictOf(presentFirst, otherFirst)).toBe(verdict);
});
