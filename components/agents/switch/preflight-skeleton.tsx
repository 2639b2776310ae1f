import { Loading, Skeleton } from "@/components/ui/skeleton";

export function PreflightSkeleton() {
  return (
    <Loading label="Checking the model">
      <Skeleton className="my-1 h-3 w-2/5" />
      <Skeleton className="mt-3 mb-1 h-3 w-4/5" />
    </Loading>
  );
}
