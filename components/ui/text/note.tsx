import type { ReactNode } from "react";
import { classNames } from "@/components/ui/class-names";

export type NoteTone = "info" | "good" | "warn" | "bad";

const tones: Record<NoteTone, string> = {
  info: "bg-sunken text-ink-2",
  good: "bg-good-wash text-good",
  warn: "bg-warn-wash text-warn",
  bad: "bg-bad-wash text-bad",
};

export type NoteProps = {
  tone: NoteTone;
  /** What happened or will happen. */
  title?: ReactNode;
  children?: ReactNode;
  /** A button or a link that fixes it. */
  action?: ReactNode;
  /** Announced to screen readers: `bad` notes at once, others when the reader pauses. */
  live?: boolean;
  className?: string;
};

/** A colored block of one to three lines. */
export function Note({ tone, title, children, action, live, className }: NoteProps) {
  const role = live ? (tone === "bad" ? "alert" : "status") : undefined;
  return (
    <div
      role={role}
      className={classNames(
        "flex flex-wrap items-center gap-x-3 gap-y-2 rounded-md px-2.5 py-2 text-sm forced-colors:border",
        tones[tone],
        className,
      )}
    >
      <p className="min-w-0 flex-1 basis-56 wrap-anywhere">
        {title && <strong className="font-semibold">{title}</strong>}
        {title && children && " "}
        {children}
      </p>
      {action}
    </div>
  );
}

/** A note across the top of the page, about the whole console. */
export function Banner(props: Omit<NoteProps, "live" | "className">) {
  return <Note {...props} live className="rounded-none border-b border-line px-6 max-md:px-4" />;
}
