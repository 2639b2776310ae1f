import { expect, test } from "vitest";
import { lineDiff } from "@/components/ui/text/line-diff";
import { changedWords } from "@/components/ui/text/word-diff";

/** Both texts line by line, changed words in brackets. */
function marked(before: string, after: string): string[] {
  const lines = lineDiff(before, after);
  const words = changedWords(lines);
  return lines.map((line) => {
    const parts = words.get(line) ?? [{ text: line.text, isChanged: false }];
    return parts.map(({ text, isChanged }) => (isChanged ? `[${text}]` : text)).join("");
  });
}

test("of a changed line only its changed words are marked", () => {
  expect(marked("Keep queries read-only.\nBe kind.", "Keep all queries short.\nBe kind.")).toEqual([
    "Keep queries [read-only.]",
    "Keep [all ]queries [short.]",
    "Be kind.",
  ]);
});

test("a line that is another one is marked as a whole, by its colour alone", () => {
  expect(marked("You are brief.", "Never guess at figures")).toEqual([
    "You are brief.",
    "Never guess at figures",
  ]);
});

test("lines that only came or went have no counterpart", () => {
  expect(marked("a b c", "a b c\nd e f")).toEqual(["a b c", "d e f"]);
});
