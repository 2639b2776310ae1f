import { useState } from "react";
import { classNames } from "@/components/ui/class-names";
import { ScrollRegion } from "@/components/ui/scroll-region";
import { CopyButton } from "@/components/ui/text/copy-button";
import { formatCount } from "@/lib/format";

/** Longer texts are initially collapsed to this length, in characters. */
const previewChars = 1_200;
const maxLines = 16;
/** Longer texts would slow down the page. The copy button copies the full text. */
const maxShown = 300_000;

type Props = {
  text: string;
  /** What the text is, such as "result of get_weather". */
  what: string;
  mono?: boolean;
};

/** A text that is initially collapsed if it is long. */
export function FoldedText({ text, what, mono = false }: Props) {
  const [isOpen, setOpen] = useState(false);
  const style = classNames(
    "whitespace-pre-wrap wrap-anywhere",
    mono && "font-mono text-xs leading-5",
  );
  const preview = previewOf(text);
  if (preview === text) return <div className={style}>{text}</div>;
  return (
    <div className="min-w-0">
      {isOpen ? (
        <ScrollRegion
          label={`Scrollable ${what}`}
          className={classNames("max-h-120 overflow-y-auto", style)}
        >
          {text.slice(0, maxShown)}
          {text.length > maxShown && "…"}
        </ScrollRegion>
      ) : (
        <div className={style}>{preview}…</div>
      )}
      <div className="mt-1 flex flex-wrap items-center gap-2">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="text-sm text-accent underline underline-offset-2"
        >
          {isOpen ? "Show less" : `Show all ${formatCount(text.length)} characters`}
        </button>
        <CopyButton value={text} what={what} />
      </div>
    </div>
  );
}

function previewOf(text: string): string {
  const lines = text.slice(0, previewChars).split("\n");
  if (lines.length > maxLines) return lines.slice(0, maxLines).join("\n");
  return text.length > previewChars ? text.slice(0, previewChars) : text;
}

/** Pretty-prints JSON; returns other texts unchanged. */
export function indentJson(text: string): string {
  if (!/^\s*[[{"]/.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? indentJson(value) : JSON.stringify(value, null, 2);
  } catch {
    return text;
  }
}
