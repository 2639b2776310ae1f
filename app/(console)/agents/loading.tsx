import { PageHeader } from "@/components/shell/page-header";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";

export default function AgentsLoading() {
  return (
    <>
      <PageHeader title="Agents" />
      <TableSkeleton label="Loading the agents" />
    </>
  );
}
