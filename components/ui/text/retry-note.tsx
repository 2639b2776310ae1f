import type { ReactNode } from "react";
import { Button } from "@/components/ui/form/button";
import { Note, type NoteTone } from "./note";

export type RetryNoteProps = {
  tone?: NoteTone;
  title: string;
  /** The reason. */
  children: ReactNode;
  onRetry: () => void;
  retrying: boolean;
  className?: string;
};

/** For a part of a page that failed to load: the reason and a retry. */
export function RetryNote({ tone = "warn", onRetry, retrying, ...note }: RetryNoteProps) {
  const action = (
    <Button size="sm" busy={retrying} onClick={onRetry}>
      Try again
    </Button>
  );
  return <Note {...note} tone={tone} live action={action} />;
}
