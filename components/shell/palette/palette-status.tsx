import { Button } from "@/components/ui/form/button";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { StatusMark } from "@/components/ui/text/status";
import { formatCount } from "@/lib/format";
import type { Palette } from "./use-palette";
import type { PaletteSource } from "./use-palette-items";

type Props = Pick<Palette, "query" | "step" | "hasQuery" | "found" | "missing">;

/** Below the results: what is loading, what failed, and how many more there are. */
export function PaletteStatus({ query, step, hasQuery, found, missing }: Props) {
  const loading = missing.filter(({ error }) => !error);
  const broken = missing.filter(({ error }) => error);
  return (
    <div className="flex flex-col gap-2 px-4 py-2 empty:hidden">
      {loading.length > 0 && (
        <Loading label={`Loading ${loading.map(({ what }) => what).join(", ")}`}>
          <Skeleton className="my-2 h-3 w-3/5" />
          <Skeleton className="my-2 h-3 w-2/5" />
        </Loading>
      )}
      {broken.map((source) => (
        <Broken key={source.what} source={source} />
      ))}
      <p role="status" className="text-sm text-ink-3 wrap-anywhere">
        {statusText({ query, step, hasQuery: hasQuery, found, isWhole: missing.length === 0 })}
      </p>
    </div>
  );
}

type StatusProps = Pick<Palette, "query" | "step" | "hasQuery" | "found"> & { isWhole: boolean };

function statusText({ query, step, hasQuery, found, isWhole }: StatusProps): string {
  const { items, total } = found;
  if (total > items.length) {
    return `The first ${items.length} of ${formatCount(total)}: another word or part of an ID narrows it down.`;
  }
  if (total > 0 && hasQuery) return total === 1 ? "1 found" : `${total} found`;
  if (total > 0) {
    return step
      ? "Backspace leads back."
      : "Type a part of any name or ID: models, agents, providers and their keys are found too.";
  }
  if (!isWhole) return hasQuery ? `Nothing found so far for “${query.trim()}”.` : "";
  if (!hasQuery) return "There is nothing to choose yet.";
  return `Nothing is called “${query.trim()}”. Fewer letters find more: “4o mini” finds gpt-4o-mini.`;
}

function Broken({ source }: { source: PaletteSource }) {
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-md bg-bad-wash px-2.5 py-1.5 text-sm text-bad"
    >
      <p className="min-w-0 flex-1 basis-48 wrap-anywhere">
        <StatusMark tone="bad" /> The {source.what} could not be read.{" "}
        {describeError(source.error).detail}
      </p>
      <Button size="sm" busy={source.isFetching} onClick={source.retry}>
        Try again
      </Button>
    </div>
  );
}
