import { PageHeader } from "@/components/shell/page-header";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";

export default function ActivityLoading() {
  return (
    <>
      <PageHeader
        title="Activity"
        description="Every change made in this console, and what others were seen to change"
      />
      <TableSkeleton label="Loading the activity" />
    </>
  );
}
