import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

export type TagTone = "neutral" | "accent" | "good" | "warn" | "bad";

const tones: Record<TagTone, string> = {
  neutral: "border-line-strong text-ink-2",
  accent: "border-transparent bg-accent-wash text-accent",
  good: "border-transparent bg-good-wash text-good",
  warn: "border-transparent bg-warn-wash text-warn",
  bad: "border-transparent bg-bad-wash text-bad",
};

export type TagProps = { tone?: TagTone; children: ReactNode; className?: string };

/** One or two words that qualify the text beside them. The tone only repeats their meaning. */
export function Tag({ tone = "neutral", children, className }: TagProps) {
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1 rounded-sm border px-1.5 text-xs leading-4.5 whitespace-nowrap",
        tones[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}
