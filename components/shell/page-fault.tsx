"use client";

import { Button } from "@/components/ui/form/button";
import { EmptyState } from "@/components/ui/text/empty-state";

export type PageFaultProps = { error: unknown; onRetry: () => void };

/** Replaces a page that failed to render. The digest is also in the server's log. */
export function PageFault({ error, onRetry }: PageFaultProps) {
  const digest =
    error instanceof Error && "digest" in error && typeof error.digest === "string"
      ? error.digest
      : null;
  return (
    <div role="alert">
      <EmptyState
        title="This page could not be shown"
        action={<Button onClick={onRetry}>Try again</Button>}
      >
        <p>The server or the page made a mistake. Nothing was changed by it.</p>
        {digest && (
          <p className="mt-1 text-sm">
            In the server's log under <span className="font-mono">{digest}</span>
          </p>
        )}
      </EmptyState>
    </div>
  );
}
