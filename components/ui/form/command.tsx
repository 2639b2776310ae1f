import { CopyButton } from "@/components/ui/text/copy-button";

/** A terminal command with a copy button. Phrasing content, so that it may be part of a paragraph. */
export function Command({ text }: { text: string }) {
  return (
    <span className="mt-1 flex min-w-0 items-start gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-2 text-left text-ink">
      <code className="block max-h-24 min-w-0 flex-1 overflow-auto py-1 font-mono text-xs wrap-anywhere">
        {text}
      </code>
      <CopyButton value={text} what="command" />
    </span>
  );
}
