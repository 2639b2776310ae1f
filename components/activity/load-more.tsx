"use client";

import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/form/button";
import { errorInWords } from "@/components/ui/text/error-words";
import { Note } from "@/components/ui/text/note";

export type LoadMoreProps = {
  hasMore: boolean;
  busy: boolean;
  /** Why the last attempt failed. */
  error: unknown;
  onMore: () => void;
};

/** The next page when the end of the list comes in sight, or by its button. */
export function LoadMore({ hasMore, busy, error, onMore }: LoadMoreProps) {
  const end = useRef<HTMLDivElement>(null);
  const waits = hasMore && !busy && !error;
  // The window's scroll position is the external system.
  useEffect(() => {
    const element = end.current;
    if (!element || !waits) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && onMore(),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [waits, onMore]);
  return (
    <div ref={end} className="mt-3 flex flex-col items-center gap-2">
      {error !== null && error !== undefined && (
        <Note tone="bad" title="The rest could not be read." live>
          {errorInWords(error).detail}
        </Note>
      )}
      {hasMore ? (
        <Button busy={busy} onClick={onMore}>
          Load more
        </Button>
      ) : (
        <p className="text-sm text-ink-3">That is all.</p>
      )}
    </div>
  );
}
