"use client";

import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { ApiError } from "@/lib/api/client";
import { pages } from "@/lib/paths";
import { describeError } from "./describe-error";
import { StatusMark } from "./status";

export type ErrorStateProps = {
  /** What failed, such as "The models could not be read". */
  title?: string;
  error: unknown;
  onRetry?: () => void;
  retrying?: boolean;
};

/** Replaces a list or page that failed to load. */
export function ErrorState({ title, error, onRetry, retrying }: ErrorStateProps) {
  const words = describeError(error);
  const signedOut = error instanceof ApiError && error.problem.status === 401;
  return (
    <div role="alert" className="flex flex-col items-center gap-1 px-6 py-12 text-center">
      <p className="flex items-center gap-2 font-medium">
        <StatusMark tone="bad" />
        {title ?? words.title}
      </p>
      <p className="max-w-120 wrap-anywhere text-ink-2">{words.detail}</p>
      {words.requestId && (
        <p className="text-sm text-ink-3">
          Request <span className="font-mono">{words.requestId}</span>
        </p>
      )}
      <div className="mt-3 flex gap-2">
        {signedOut && (
          // A full load: the page's data belong to the session that ended.
          <a href={pages.signIn()} className={buttonClass("primary")}>
            Sign in
          </a>
        )}
        {onRetry && (
          <Button onClick={onRetry} busy={retrying}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}
