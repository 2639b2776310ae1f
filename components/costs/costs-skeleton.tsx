import { Loading, Skeleton } from "@/components/ui/skeleton";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";

const figures = ["spend", "input", "output", "unpriced"];

export function CostsSkeleton() {
  return (
    <>
      <Loading label="Reading the usage">
        <div className="mb-3 grid grid-cols-4 gap-px overflow-hidden rounded-lg border border-line bg-line max-lg:grid-cols-2">
          {figures.map((name) => (
            <div key={name} className="bg-panel px-4 py-3.5">
              <Skeleton className="h-2.5 w-20" />
              <Skeleton className="mt-2.5 h-4 w-24" />
              <Skeleton className="mt-2.5 h-2.5 w-28" />
            </div>
          ))}
        </div>
        <div className="mb-3 rounded-lg border border-line bg-panel px-4 py-3.5">
          <Skeleton className="h-68" />
        </div>
      </Loading>
      <TableSkeleton label="Reading the groups" rows={4} rowHeight={37} />
    </>
  );
}

/** The skeleton of a panel or a price list. */
export function PanelSkeleton() {
  return (
    <>
      <Skeleton className="mb-3 h-7.5 w-full max-w-120" />
      <TableSkeleton label="Reading the prices" rows={8} />
    </>
  );
}
