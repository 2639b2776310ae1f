import { Loading, Skeleton } from "@/components/ui/skeleton";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";

export default function ConsoleLoading() {
  return (
    <>
      <Loading label="Loading the page">
        <Skeleton className="mb-2 h-5 w-48" />
        <Skeleton className="mb-5 h-3 w-72 max-w-full" />
      </Loading>
      <TableSkeleton label="Loading the list" />
    </>
  );
}
