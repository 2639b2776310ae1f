import { type DiffGap, type DiffLine, sequenceDiff } from "./line-diff";

export type WordPart = { text: string; isChanged: boolean };

/** With fewer words in common than this share, two lines are not one that was changed. */
const leastInCommon = 0.3;
/** Beyond this many words the whole line is marked, as its own colour does. */
const mostWords = 1000;

/** Of each line that took another one's place, and of that one, which words changed. */
export function changedWords(
  lines: readonly (DiffLine | DiffGap)[],
): Map<DiffLine | DiffGap, WordPart[]> {
  const found = new Map<DiffLine | DiffGap, WordPart[]>();
  for (let at = 0; at < lines.length; at += 1) {
    const removed = run(lines, at, "removed");
    const added = run(lines, at + removed.length, "added");
    removed.forEach((old, index) => {
      const next = added[index];
      const parts = next && wordParts(old.text, next.text);
      if (!parts) return;
      found.set(old, parts.before);
      found.set(next, parts.after);
    });
    at += Math.max(0, removed.length + added.length - 1);
  }
  return found;
}

function run(
  lines: readonly (DiffLine | DiffGap)[],
  from: number,
  kind: "removed" | "added",
): DiffLine[] {
  const found: DiffLine[] = [];
  for (let at = from; ; at += 1) {
    const line = lines[at];
    if (line?.kind !== kind) return found;
    found.push(line);
  }
}

function wordParts(before: string, after: string) {
  const [old, next] = [before, after].map((text) => text.split(/(\s+)/).filter(Boolean));
  if (!old || !next || old.length > mostWords || next.length > mostWords) return null;
  const parts = sequenceDiff(old, next);
  const common = parts.filter(({ kind, text }) => kind === "same" && text.trim() !== "").length;
  if (common < leastInCommon * Math.max(words(old), words(next))) return null;
  return { before: joined(parts, "removed"), after: joined(parts, "added") };
}

function words(parts: readonly string[]): number {
  return parts.filter((part) => part.trim() !== "").length;
}

/** One side of the difference, neighbours of a kind in one part. */
function joined(parts: readonly DiffLine[], changed: "removed" | "added"): WordPart[] {
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
