import { PageHeader } from "@/components/ui/page-header";
import { TableSkeleton } from "@/components/ui/table-skeleton";

export default function AgentsLoading() {
  return (
    <>
      <PageHeader title="Agents" />
      <TableSkeleton label="Loading the agents" />
    </>
  );
}
