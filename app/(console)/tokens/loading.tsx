import { PageHeader } from "@/components/shell/page-header";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";

export default function TokensLoading() {
  return (
    <>
      <PageHeader title="API tokens" description="How scripts reach this console's API" />
      <TableSkeleton label="Loading the API tokens" />
    </>
  );
}
