import { ScrollRegion } from "@/components/ui/scroll-region";
import { formatCount } from "@/lib/format";
import { CopyButton } from "./copy-button";

type Props = {
  title: string;
  /** What the block contains, for screen readers and its copy button: "raw metadata". */
  what: string;
  text: string;
  /** Truncates texts that would slow down the page. */
  maxCharacters?: number;
};

/** Stored text in monospace with a copy button; scrolls when long. */
export function CodeBlock({ title, what, text, maxCharacters = text.length }: Props) {
  return (
    <section aria-label={what.slice(0, 1).toUpperCase() + what.slice(1)} className="min-w-0">
      <div className="flex items-center justify-between gap-2">
        <p className="text-sm text-ink-3">{title}</p>
        <CopyButton value={text} what={what} />
      </div>
      <ScrollRegion
        label="Scrollable text"
        className="max-h-72 overflow-auto rounded-md bg-sunken px-2 py-1.5"
      >
        <pre className="font-mono text-xs whitespace-pre-wrap wrap-anywhere">
          {text.slice(0, maxCharacters)}
        </pre>
      </ScrollRegion>
      {text.length > maxCharacters && (
        <p className="mt-1 text-sm text-ink-3">
          The first {formatCount(maxCharacters)} of {formatCount(text.length)} characters. Copying
          takes all of it.
        </p>
      )}
    </section>
  );
}
