import { PageHeader } from "@/components/shell/page-header";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";

export default function ChecksLoading() {
  return (
    <>
      <PageHeader title="Checks" description="What is wrong, and what puts it right" />
      <TableSkeleton label="Checking" />
    </>
  );
}
