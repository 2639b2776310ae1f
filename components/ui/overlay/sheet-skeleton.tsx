import { Loading, Skeleton } from "@/components/ui/skeleton";

const widths = ["w-2/5", "w-full", "w-4/5", "w-3/5", "w-full", "w-4/5", "w-2/5", "w-full", "w-3/5"];

/** A sheet while its code is loading: panel, title and lines in their final places. */
export function SheetSkeleton({ label }: { label: string }) {
  return (
    <div className="fixed inset-y-0 right-0 z-30 w-full bg-panel shadow-float md:w-(--sheet-width) md:border-l md:border-line">
      <Loading label={label}>
        <div className="border-b border-line px-5 py-3.5 max-md:px-4">
          <Skeleton className="my-1 h-3.5 w-40" />
          <Skeleton className="mt-2.5 mb-1 h-2.5 w-52" />
        </div>
        <div className="flex flex-col gap-4 px-5 py-4 max-md:px-4">
          <Skeleton className="h-7 w-44" />
          {widths.map((width, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines never move
            <Skeleton key={index} className={`h-3 ${width}`} />
          ))}
        </div>
      </Loading>
    </div>
  );
}
