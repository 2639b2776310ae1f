"use client";

import { Button, buttonClass } from "@/components/ui/form/button";
import { Command } from "@/components/ui/form/command";
import { ApiError } from "@/lib/api/client";
import { pages } from "@/lib/paths";
import { errorInWords, missingOf } from "./error-words";
import { StatusMark } from "./status";

export type ErrorStateProps = {
  /** What could not be done, such as "The models could not be read". */
  title?: string;
  error: unknown;
  onRetry?: () => void;
  retrying?: boolean;
};

/** Where a list or a page should be and is not: what happened, and a way on. */
export function ErrorState({ title, error, onRetry, retrying }: ErrorStateProps) {
  const words = errorInWords(error);
  const missing = missingOf(error);
  const signedOut = error instanceof ApiError && error.problem.status === 401;
  return (
    <div role="alert" className="flex flex-col items-center gap-1 px-6 py-12 text-center">
      <p className="flex items-center gap-2 font-medium">
        <StatusMark tone="bad" />
        {title ?? words.title}
      </p>
      {missing.length === 0 && <p className="max-w-120 wrap-anywhere text-ink-2">{words.detail}</p>}
      {missing.map(({ name, command }) => (
        <div key={name} className="mt-2 w-full max-w-120 text-ink-2">
          <p className="wrap-anywhere">
            <span className="font-mono">{name}</span> does not exist in this account and region.
            Create it with:
          </p>
          <Command text={command} />
        </div>
      ))}
      {words.requestId && (
        <p className="text-sm text-ink-3">
          Request <span className="font-mono">{words.requestId}</span>
        </p>
      )}
      <div className="mt-3 flex gap-2">
        {signedOut && (
          // A full load: whatever the page held belongs to the session that ended.
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
