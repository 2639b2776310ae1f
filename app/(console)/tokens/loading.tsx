import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/table-skeleton";

export default function TokensLoading() {
  return (
    <>
      <PageHeader title="API tokens" description="How scripts reach this console's API" />
      <TableSkeleton label="Loading the API tokens" />
    </>
  );
}
