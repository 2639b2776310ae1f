import { Loading, Skeleton } from "@/components/ui/skeleton";

/** A loading table with the expected number of rows. */
export function TableSkeleton({
  label,
  rows = 8,
  rowHeight = 49,
}: {
  label: string;
  rows?: number;
  rowHeight?: number;
}) {
  return (
    <Loading label={label}>
      <div className="overflow-hidden rounded-lg border border-line bg-panel">
        <div className="flex h-9 items-center border-b border-line px-3">
          <Skeleton className="h-2.5 w-24" />
        </div>
        {Array.from({ length: rows }, (_, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines are identical
            key={index}
            className="flex items-center gap-6 border-b border-line px-3 last:border-b-0"
            style={{ height: rowHeight }}
          >
            <Skeleton className="h-2.5 w-2/5" />
            <Skeleton className="ml-auto h-2.5 w-12" />
            <Skeleton className="h-2.5 w-12" />
            <Skeleton className="h-2.5 w-16 max-sm:hidden" />
          </div>
        ))}
      </div>
    </Loading>
  );
}
