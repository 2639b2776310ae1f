import fc from "fast-check";
import { expect, test } from "vitest";
import { collapseUnchanged, diffLines, diffWords } from "@/components/ui/text/line-diff";

const text = fc
  .array(fc.constantFrom("a", "b", "c", ""), { maxLength: 12 })
  .map((l) => l.join("\n"));

test("the diff holds both texts", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = diffLines(before, after);
      const without = (kind: string) =>
        lines.flatMap((line) => (line.kind === kind ? [] : [line.text])).join("\n");
      expect(without("added")).toBe(before);
      expect(without("removed")).toBe(after);
    }),
  );
});

test("lines in both texts are unchanged", () => {
  const lines = diffLines("one\ntwo\nthree", "one\n2\nthree\nfour");
  expect(lines).toEqual([
    { kind: "same", text: "one" },
    { kind: "removed", text: "two" },
    { kind: "added", text: "2" },
    { kind: "same", text: "three" },
    { kind: "added", text: "four" },
  ]);
});

test("texts with too many changes count as replaced", () => {
  const long = (sign: string) => Array.from({ length: 2000 }, (_, i) => `${sign}${i}`).join("\n");
  const lines = diffLines(long("x"), long("y"));
  expect(lines.filter((line) => line.kind === "removed")).toHaveLength(2000);
  expect(lines.filter((line) => line.kind === "added")).toHaveLength(2000);
});

test("lines far from any change are counted", () => {
  const many = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const folded = collapseUnchanged(diffLines(many.join("\n"), [...many, "new"].join("\n")));
  expect(folded).toEqual([
    { kind: "gap", lines: 18 },
    { kind: "same", text: "line 18" },
    { kind: "same", text: "line 19" },
    { kind: "added", text: "new" },
  ]);
});

/** Both texts line by line, with changed words in brackets. */
function marked(before: string, after: string): string[] {
  const lines = diffLines(before, after);
  const words = diffWords(lines);
  return lines.map((line) => {
    const parts = words.get(line) ?? [{ text: line.text, isChanged: false }];
    return parts.map(({ text, isChanged }) => (isChanged ? `[${text}]` : text)).join("");
  });
}

test("only the changed words of a changed line are marked", () => {
  expect(marked("Keep queries read-only.\nBe kind.", "Keep all queries short.\nBe kind.")).toEqual([
    "Keep queries [read-only.]",
    "Keep [all ]queries [short.]",
    "Be kind.",
  ]);
});

test("a line with little in common with the one it replaced is marked as a whole", () => {
  expect(marked("You are brief.", "Never guess at figures")).toEqual([
    "You are brief.",
    "Never guess at figures",
  ]);
});

test("an added line has no changed words", () => {
  expect(marked("a b c", "a b c\nd e f")).toEqual(["a b c", "d e f"]);
});

test("comparing large texts that differ everywhere takes less than two seconds of CPU time", () => {
  const lines = (sign: string) => Array.from({ length: 12_500 }, (_, i) => `${sign}${i % 90}`);
  const [before, after] = [lines("old "), lines("new ")];
  // Every tenth line is common, so that the search neither ends early nor finds one long match.
  for (let i = 0; i < after.length; i += 10) after[i] = before[i] ?? "";
  const start = process.cpuUsage();
  diffWords(diffLines(before.join("\n"), after.join("\n")));
  expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
});
