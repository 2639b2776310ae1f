import { ScrollRegion } from "@/components/ui/scroll-region";
import { pluralize } from "@/lib/format";
import {
  collapseUnchanged,
  type DiffGap,
  type DiffLine,
  diffLines,
  diffWords,
  type WordPart,
} from "./line-diff";

type Props = { label: string; before: string; after: string; isOpen?: boolean };

/** A long text before and after, line by line. */
export function TextDiff({ label, before, after, isOpen }: Props) {
  const lines = diffLines(before, after);
  const removed = lines.filter((line) => line.kind === "removed").length;
  const added = lines.filter((line) => line.kind === "added").length;
  const wordParts = diffWords(lines);
  return (
    <details open={isOpen} className="min-w-0">
      <summary className="w-fit rounded-sm">
        {label}{" "}
        <span className="text-ink-3">
          {pluralize(added, "line")} in, {removed} out
        </span>
      </summary>
      <ScrollRegion
        label={`${label}, line by line`}
        className="mt-1.5 max-h-80 overflow-y-auto rounded-md border border-line py-1 font-mono text-sm"
      >
        {collapseUnchanged(lines).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines don't move
          <Line key={index} line={line} parts={wordParts.get(line)} />
        ))}
      </ScrollRegion>
    </details>
  );
}

const styles = {
  same: { className: "text-ink-2", sign: " ", prefix: "" },
  removed: { className: "bg-bad-wash text-bad", sign: "−", prefix: "Removed: " },
  added: { className: "bg-good-wash text-good", sign: "+", prefix: "Added: " },
} as const;

type LineProps = {
  line: DiffLine | DiffGap;
  /** The line's words, if it replaced another line or was replaced. */
  parts: WordPart[] | undefined;
};

function Line({ line, parts }: LineProps) {
  if (line.kind === "gap") {
    return <p className="px-2 font-sans text-ink-3">{pluralize(line.lines, "unchanged line")}</p>;
  }
  const { className, sign, prefix } = styles[line.kind];
  return (
    <p className={`flex gap-2 px-2 ${className}`}>
      <span aria-hidden="true" className="w-2 shrink-0 select-none">
        {sign}
      </span>
      <span className="min-w-0 whitespace-pre-wrap wrap-anywhere">
        <span className="sr-only">{prefix}</span>
        {parts ? parts.map(renderPart) : line.text}
      </span>
    </p>
  );
}

function renderPart({ text, isChanged }: WordPart, index: number) {
  if (!isChanged) return text;
  return (
    <strong key={index} className="font-semibold underline decoration-1 underline-offset-3">
      {text}
    </strong>
  );
}
