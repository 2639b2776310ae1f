export type DiffLine = { kind: "same" | "removed" | "added"; text: string };
/** Lines that did not change and are far from any change, folded. */
export type DiffGap = { kind: "gap"; lines: number };

/** Beyond this many pairs of lines a whole block counts as replaced: the table would be too large. */
const mostPairs = 1_000_000;
const context = 2;

/** What changed between two texts, line by line: the longest common lines stay, the rest came or went. */
export function lineDiff(before: string, after: string): DiffLine[] {
  return sequenceDiff(before.split("\n"), after.split("\n"));
}

/** The same of any two lists of texts, such as the words of a line. */
export function sequenceDiff(old: readonly string[], next: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < old.length && start < next.length && old[start] === next[start]) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < next.length - start &&
    old[old.length - 1 - end] === next[next.length - 1 - end]
  ) {
    end += 1;
  }
  const same = (text: string): DiffLine => ({ kind: "same", text });
  return [
    ...old.slice(0, start).map(same),
    ...changedLines(old.slice(start, old.length - end), next.slice(start, next.length - end)),
    ...old.slice(old.length - end).map(same),
  ];
}

function changedLines(old: readonly string[], next: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: "removed", text });
  const added = (text: string): DiffLine => ({ kind: "added", text });
  if (old.length * next.length > mostPairs) return [...old.map(removed), ...next.map(added)];
  const lengths = commonLengths(old, next);
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < next.length) {
    const [left, right] = [old[i], next[j]];
    if (left !== undefined && left === right) {
      lines.push({ kind: "same", text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(left));
      i += 1;
    } else {
      lines.push(added(right ?? ""));
      j += 1;
    }
  }
  return lines;
}

/** How many lines the texts from each pair of lines on have in common, in order. */
function commonLengths(old: readonly string[], next: readonly string[]): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () =>
    new Array<number>(next.length + 1).fill(0),
  );
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const [row, below] = [lengths[i] ?? [], lengths[i + 1] ?? []];
    for (let j = next.length - 1; j >= 0; j -= 1) {
      row[j] =
        old[i] === next[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return lengths;
}

/** The changed lines with two lines around them; what is further away is counted. */
export function foldSame(lines: readonly DiffLine[]): (DiffLine | DiffGap)[] {
  const isNear = (index: number) =>
    lines
      .slice(Math.max(0, index - context), index + context + 1)
      .some((line) => line.kind !== "same");
  const folded: (DiffLine | DiffGap)[] = [];
  lines.forEach((line, index) => {
    if (line.kind !== "same" || isNear(index)) {
      folded.push(line);
      return;
    }
    const last = folded.at(-1);
    if (last?.kind === "gap") last.lines += 1;
    else folded.push({ kind: "gap", lines: 1 });
  });
  return folded;
}
