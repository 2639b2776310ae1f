import type { ReactNode } from "react";
import { ErrorState } from "@/components/ui/text/error-state";

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
 * The four branches of a list: skeleton, error with retry, empty with the next step, rows. What was
 * read once stays on screen while it is read again, and when that fails.
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

type DataOf<Parts> = {
  [Name in keyof Parts]: Parts[Name] extends BoundaryQuery<infer D> ? D : never;
};

/** Several queries as one: there once all are, broken as soon as one of them is. */
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
