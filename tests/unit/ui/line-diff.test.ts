import fc from "fast-check";
import { expect, test } from "vitest";
import { foldSame, lineDiff } from "@/components/ui/text/line-diff";

const text = fc
  .array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 })
  .map((l) => l.join("\n"));

test("both texts can be read out of the diff, whatever they are", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after);
      const without = (kind: string) =>
        lines.flatMap((line) => (line.kind === kind ? [] : [line.text])).join("\n");
      expect(without("added")).toBe(before);
      expect(without("removed")).toBe(after);
    }),
  );
});

test("a line that moved nowhere is neither removed nor added", () => {
  const lines = lineDiff("one\ntwo\nthree", "one\n2\nthree\nfour");
  expect(lines).toEqual([
    { kind: "same", text: "one" },
    { kind: "removed", text: "two" },
    { kind: "added", text: "2" },
    { kind: "same", text: "three" },
    { kind: "added", text: "four" },
  ]);
});

test("texts too long to compare line by line count as replaced, at once", () => {
  const long = (sign: string) => Array.from({ length: 2000 }, (_, i) => `${sign}${i}`).join("\n");
  const lines = lineDiff(long("x"), long("y"));
  expect(lines.filter((line) => line.kind === "removed")).toHaveLength(2000);
  expect(lines.filter((line) => line.kind === "added")).toHaveLength(2000);
});

test("lines far from any change are counted instead of shown", () => {
  const many = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const folded = foldSame(lineDiff(many.join("\n"), [...many, "new"].join("\n")));
  expect(folded).toEqual([
    { kind: "gap", lines: 18 },
    { kind: "same", text: "line 18" },
    { kind: "same", text: "line 19" },
    { kind: "added", text: "new" },
  ]);
});
