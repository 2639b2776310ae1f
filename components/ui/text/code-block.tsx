import { ScrollRegion } from "@/components/ui/scroll-region";
import { CopyButton } from "./copy-button";

type Props = {
  title: string;
  /** Names the block for a screen reader, and what its button copies: "raw metadata". */
  what: string;
  text: string;
};

/** Stored text in monospace with a copy button; scrolls when long. */
export function CodeBlock({ title, what, text }: Props) {
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
        <pre className="font-mono text-xs whitespace-pre-wrap wrap-anywhere">{text}</pre>
      </ScrollRegion>
    </section>
  );
}
