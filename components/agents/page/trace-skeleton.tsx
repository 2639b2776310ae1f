import { Card } from "@/components/ui/card";
import { Loading, Skeleton } from "@/components/ui/skeleton";

/** The card of the trace while its code is loading. */
export function TraceSkeleton() {
  return (
    <Card title="Trace" className="lg:min-h-184">
      <StepsSkeleton />
    </Card>
  );
}

/** As high as seven short steps. */
export function StepsSkeleton() {
  return (
    <Loading label="Loading the trace">
      <Skeleton className="mb-3 h-8 w-full" />
      {[0, 1, 2, 3, 4, 5, 6].map((step) => (
        <div key={step} className="pb-3">
          <Skeleton className="mb-2 h-3 w-2/5" />
          <Skeleton className="mb-2 h-3 w-4/5" />
          <Skeleton className="h-3 w-3/5" />
        </div>
      ))}
    </Loading>
  );
}
