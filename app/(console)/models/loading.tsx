import { PageHeader } from "@/components/shell/page-header";
import { CardSkeleton } from "@/components/ui/card-skeleton";
import { Skeleton } from "@/components/ui/skeleton";
import { Split } from "@/components/ui/split";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";

/** The page's frame, so that nothing shifts when the rows arrive. */
export default function ModelsLoading() {
  return (
    <>
      <PageHeader title="Model Management" description="Models, their prices, and who uses them" />
      <Split aside={<CardSkeleton label="Loading the API keys" className="h-96" />}>
        <div className="mb-3 border-b border-line py-2">
          <Skeleton className="h-4 w-80 max-w-full" />
        </div>
        <div className="mb-3">
          <Skeleton className="h-7.5 w-62.5 max-w-full" />
        </div>
        <TableSkeleton label="Loading the models" rows={12} />
      </Split>
    </>
  );
}
