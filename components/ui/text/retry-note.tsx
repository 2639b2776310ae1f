import type { ReactNode } from "react";
import { Button } from "@/components/ui/form/button";
import { Note, type NoteTone } from "./note";

export type RetryNoteProps = {
  tone?: NoteTone;
  title: string;
  /** Why. */
  children: ReactNode;
  onRetry: () => void;
  retrying: boolean;
  className?: string;
};

/** What stands beside or in place of a part that could not be read: why, and a way to try again. */
export function RetryNote({ tone = "warn", onRetry, retrying, ...note }: RetryNoteProps) {
  const action = (
    <Button size="sm" busy={retrying} onClick={onRetry}>
      Try again
    </Button>
  );
  return <Note {...note} tone={tone} live action={action} />;
}
