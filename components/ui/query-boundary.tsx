"use client";

import type { ReactNode } from "react";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { describeError } from "@/components/ui/text/describe-error";
import { StatusMark } from "@/components/ui/text/status";
import { ApiError } from "@/lib/api/client";
import { pages } from "@/lib/paths";

/** The parts of a query that decide what is shown. */
export type BoundaryQuery<Data> = {
  data: Data | undefined;
  error: Error | null;
  isFetching: boolean;
  refetch: () => unknown;
};

export type QueryBoundaryProps<Data> = {
  query: BoundaryQuery<Data>;
  skeleton: ReactNode;
  /** What failed, such as "The models could not be read". */
  errorTitle: string;
  /** The next step, in place of the rows when there are none. */
  empty?: (data: Data) => ReactNode;
  children: (data: Data) => ReactNode;
};

/**
 * The four branches of a list: skeleton, error with retry, empty with the next step, rows. Data
 * stays on screen during a refetch, and when that fails.
 */
export function QueryBoundary<Data>(props: QueryBoundaryProps<Data>) {
  const { query, skeleton, errorTitle, empty, children } = props;
  const { data, error, refetch, isFetching } = query;
  if (data !== undefined) return empty?.(data) || children(data);
  if (!error) return skeleton;
  return (
    <ErrorState title={errorTitle} error={error} onRetry={() => refetch()} retrying={isFetching} />
  );
}

type ErrorStateProps = {
  /** What failed, such as "The models could not be read". */
  title: string;
  error: unknown;
  onRetry: () => void;
  retrying: boolean;
};

/** Replaces a list or page that failed to load. */
function ErrorState({ title, error, onRetry, retrying }: ErrorStateProps) {
  const described = describeError(error);
  const signedOut = error instanceof ApiError && error.problem.status === 401;
  return (
    <div role="alert" className="flex flex-col items-center gap-1 px-6 py-12 text-center">
      <p className="flex items-center gap-2 font-medium">
        <StatusMark tone="bad" />
        {title}
      </p>
      <p className="max-w-120 wrap-anywhere text-ink-2">{described.detail}</p>
      {described.requestId && (
        <p className="text-sm text-ink-3">
          Request <span className="font-mono">{described.requestId}</span>
        </p>
      )}
      <div className="mt-3 flex gap-2">
        {signedOut && (
          // A full page load, because the page's data belong to the ended session.
          <a href={pages.signIn()} className={buttonClass("primary")}>
            Sign in
          </a>
        )}
        <Button onClick={onRetry} busy={retrying}>
          Try again
        </Button>
      </div>
    </div>
  );
}

type DataOf<Parts> = {
  [Name in keyof Parts]: Parts[Name] extends BoundaryQuery<infer D> ? D : never;
};

/** Combines several queries: succeeds once all do, and fails as soon as one does. */
export function joinQueries<Parts extends Record<string, BoundaryQuery<unknown>>>(
  parts: Parts,
): BoundaryQuery<DataOf<Parts>> {
  const queries = Object.entries(parts);
  const [, broken] = queries.find(([, { data, error }]) => data === undefined && error) ?? [];
  const isComplete = queries.every(([, { data }]) => data !== undefined);
  return {
    // Every name has its data, by the line above.
    data: isComplete
      ? (Object.fromEntries(queries.map(([name, { data }]) => [name, data])) as DataOf<Parts>)
      : undefined,
    error: broken?.error ?? null,
    isFetching: broken?.isFetching ?? queries.some(([, { isFetching }]) => isFetching),
    refetch: () => broken?.refetch(),
  };
}
