import { diffArrays } from "diff";

export type DiffLine = { kind: "same" | "removed" | "added"; text: string };
/** Unchanged lines, collapsed. */
export type DiffGap = { kind: "gap"; lines: number };
export type WordPart = { text: string; isChanged: boolean };

/**
 * The most edits to compute; beyond it everything counts as replaced. Counted in edits instead of
 * milliseconds, because server and browser must render the same.
 */
const maxEdits = 2000;
const contextLines = 2;
/** If two lines share fewer words, they aren't versions of one line. */
const minCommonShare = 0.3;
/** Longer lines are compared as a unit. */
const maxWords = 1000;

/** Compares two texts line by line. Removed lines come before those that replace them. */
export function diffLines(before: string, after: string): DiffLine[] {
  return diffTokens(before.split("\n"), after.split("\n"));
}

function diffTokens(before: string[], after: string[]): DiffLine[] {
  const changes = diffArrays(before, after, { maxEditLength: maxEdits }) ?? [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ];
  const lines: DiffLine[] = [];
  let added: DiffLine[] = [];
  for (const change of changes) {
    const kind = change.added ? "added" : change.removed ? "removed" : "same";
    const tokens = change.value.map((text) => ({ kind, text }) as const);
    if (kind === "added") added.push(...tokens);
    else if (kind === "removed") lines.push(...tokens);
    else {
      lines.push(...added, ...tokens);
      added = [];
    }
  }
  return [...lines, ...added];
}

/** Keeps changed lines with two lines of context and counts the others. */
export function collapseUnchanged(lines: readonly DiffLine[]): (DiffLine | DiffGap)[] {
  const isNearChange = (index: number) =>
    lines
      .slice(Math.max(0, index - contextLines), index + contextLines + 1)
      .some((line) => line.kind !== "same");
  const collapsed: (DiffLine | DiffGap)[] = [];
  lines.forEach((line, index) => {
    if (line.kind !== "same" || isNearChange(index)) {
      collapsed.push(line);
      return;
    }
    const last = collapsed.at(-1);
    if (last?.kind === "gap") last.lines += 1;
    else collapsed.push({ kind: "gap", lines: 1 });
  });
  return collapsed;
}

/** The changed words of each line that replaced another one, and of the replaced line. */
export function diffWords(lines: readonly DiffLine[]): Map<DiffLine | DiffGap, WordPart[]> {
  const words = new Map<DiffLine | DiffGap, WordPart[]>();
  for (let at = 0; at < lines.length; at += 1) {
    const removed = takeRun(lines, at, "removed");
    const added = takeRun(lines, at + removed.length, "added");
    removed.forEach((old, index) => {
      const replacement = added[index];
      const parts = replacement && compareWords(old.text, replacement.text);
      if (!parts) return;
      words.set(old, parts.before);
      words.set(replacement, parts.after);
    });
    at += Math.max(0, removed.length + added.length - 1);
  }
  return words;
}

function takeRun(lines: readonly DiffLine[], start: number, kind: DiffLine["kind"]): DiffLine[] {
  let end = start;
  while (lines[end]?.kind === kind) end += 1;
  return lines.slice(start, end);
}

/** Null for lines that have too little in common. */
function compareWords(before: string, after: string) {
  const split = (text: string) => text.split(/(\s+)/).filter(Boolean);
  const [old, next] = [split(before), split(after)];
  if (old.length > maxWords || next.length > maxWords) return null;
  const parts = diffTokens(old, next);
  const common = countWords(parts.filter(({ kind }) => kind === "same").map(({ text }) => text));
  if (common < minCommonShare * Math.max(countWords(old), countWords(next))) return null;
  return { before: joinSide(parts, "removed"), after: joinSide(parts, "added") };
}

function countWords(parts: readonly string[]): number {
  return parts.filter((part) => part.trim() !== "").length;
}

/** One side of a comparison, with adjacent parts of the same kind merged. */
function joinSide(parts: readonly DiffLine[], changed: "removed" | "added"): WordPart[] {
  const side: WordPart[] = [];
  for (const { kind, text } of parts) {
    if (kind !== "same" && kind !== changed) continue;
    const isChanged = kind === changed;
    const last = side.at(-1);
    if (last?.isChanged === isChanged) last.text += text;
    else side.push({ text, isChanged });
  }
  return side;
}
