import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/table-skeleton";

export default function ChecksLoading() {
  return (
    <>
      <PageHeader title="Checks" description="What is wrong, and what puts it right" />
      <TableSkeleton label="Checking" />
    </>
  );
}
