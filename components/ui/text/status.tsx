import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

export type StatusTone = "good" | "off" | "warn" | "bad";

const shapes: Record<StatusTone, ReactNode> = {
  good: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  off: <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" strokeWidth="1.4" />,
  warn: <path d="M5 .8 9.6 9H.4Z" fill="currentColor" />,
  bad: <path d="M5 0l5 5-5 5-5-5Z" fill="currentColor" />,
};

const colours: Record<StatusTone, string> = {
  good: "text-good",
  off: "text-ink-3",
  warn: "text-warn",
  bad: "text-bad",
};

/** Disc, ring, triangle or diamond. Without text beside it, it needs a `label` that names the state. */
export function StatusMark({ tone, label }: { tone: StatusTone; label?: string }) {
  return (
    <>
      <svg
        viewBox="0 0 10 10"
        aria-hidden="true"
        className={classNames("inline-block size-2.25 shrink-0", colours[tone])}
      >
        {shapes[tone]}
      </svg>
      {label && <span className="sr-only">{label}</span>}
    </>
  );
}

export type StatusProps = { tone: StatusTone; children: ReactNode; className?: string };

/** A state as a shape and a word. */
export function Status({ tone, children, className }: StatusProps) {
  return (
    <span className={classNames("whitespace-nowrap", className)}>
      <StatusMark tone={tone} />
      <span className="ml-1.5">{children}</span>
    </span>
  );
}
