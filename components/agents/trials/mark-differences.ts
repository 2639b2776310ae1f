import { type DiffLine, diffLines, diffWords, type WordPart } from "@/components/ui/text/line-diff";

/** One text of two, by line; `isChanged` where the other text differs. */
export type MarkedLines = WordPart[][];

/** With less than this in common, marks would cover almost everything. */
const minCommonShare = 0.2;

/** Marks what differs between two texts, in each of them; null if they have too little in common. */
export function markDifferences(a: string, b: string): { a: MarkedLines; b: MarkedLines } | null {
  const lines = diffLines(a, b);
  const words = diffWords(lines);
  const side = (changedKind: DiffLine["kind"]): MarkedLines =>
    lines
      .filter(({ kind }) => kind === "same" || kind === changedKind)
      .map(
        (line) => words.get(line) ?? [{ text: line.text, isChanged: line.kind === changedKind }],
      );
  const marked = { a: side("removed"), b: side("added") };
  const longer = Math.max(a.length, b.length);
  return longer > 0 && commonLength(marked.a) < minCommonShare * longer ? null : marked;
}

function commonLength(lines: MarkedLines): number {
  const parts = lines.flat().filter(({ isChanged }) => !isChanged);
  return parts.reduce((sum, { text }) => sum + text.length, 0);
}
