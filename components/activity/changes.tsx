import { TextDiff } from "@/components/ui/text/text-diff";
import { pluralize } from "@/lib/format";
import type { ChangedValue } from "./changed-values";

/** Longer values are compared line by line. */
const longFrom = 100;

type ChangesProps = {
  changes: readonly ChangedValue[];
  /** Shows line diffs expanded. */
  isOpen?: boolean;
};

/** Before → after for every attribute, with long texts as collapsed line diffs. */
export function Changes({ changes, isOpen }: ChangesProps) {
  if (changes.length === 0) return null;
  return (
    <div className="mt-1 flex flex-col gap-0.5">
      {changes.map((change) => (
        <div key={change.name} className="wrap-anywhere">
          <Change {...change} isOpen={isOpen} />
        </div>
      ))}
    </div>
  );
}

/** A created or deleted row: the number of its values, which can be expanded. */
export function RowSnapshot({
  changes,
  isDeleted,
}: {
  changes: readonly ChangedValue[];
  isDeleted: boolean;
}) {
  const described = changes.filter((change) => (isDeleted ? change.before : change.after) !== null);
  if (described.length === 0) return null;
  return (
    <details className="mt-1">
      <summary className="w-fit rounded-sm text-ink-2">
        {pluralize(described.length, "value")} {isDeleted ? "it had" : "it began with"}
      </summary>
      <dl className="mt-1 grid grid-cols-[minmax(0,auto)_minmax(0,1fr)] gap-x-3 gap-y-0.5">
        {described.map(({ name, label, before, after, isProse }) => (
          <div key={name} className="contents">
            <dt className="text-ink-3 wrap-anywhere">{label}</dt>
            <dd className="wrap-anywhere">
              <Value text={isDeleted ? before : after} isProse={isProse} />
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Change(props: ChangedValue & { isOpen?: boolean }) {
  const { label, before, after, isProse, isOpen } = props;
  const longest = Math.max(before?.length ?? 0, after?.length ?? 0);
  const hasLines = before?.includes("\n") || after?.includes("\n");
  if (longest > longFrom || hasLines) {
    return <TextDiff label={label} before={before ?? ""} after={after ?? ""} isOpen={isOpen} />;
  }
  return (
    <>
      <span className="text-ink-3">{label}:</span>{" "}
      <span className="text-ink-2">
        <Value text={before} isProse={isProse} />
      </span>{" "}
      <span aria-hidden="true" className="text-ink-3">
        →
      </span>
      <span className="sr-only">became</span> <Value text={after} isProse={isProse} />
    </>
  );
}

function Value({ text, isProse }: { text: string | null; isProse: boolean }) {
  if (text === null) return <span className="text-ink-3">not set</span>;
  if (text === "") return <span className="text-ink-3">empty</span>;
  return isProse ? text : <span className="font-mono text-sm">{text}</span>;
}
