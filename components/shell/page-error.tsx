"use client";

import { buttonClass } from "@/components/ui/form/button-class";
import { EmptyState } from "@/components/ui/text/empty-state";

export type PageErrorProps = { error: unknown; onRetry: () => void };

/** Replaces a page that failed to render. The digest is also in the server's log. */
export function PageError({ error, onRetry }: PageErrorProps) {
  const digest =
    error instanceof Error && "digest" in error && typeof error.digest === "string"
      ? error.digest
      : null;
  return (
    <div role="alert">
      <EmptyState
        title="This page could not be shown"
        action={
          // Not a Button, because this is part of every page's first load.
          <button type="button" className={buttonClass()} onClick={onRetry}>
            Try again
          </button>
        }
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
