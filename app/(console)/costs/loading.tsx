import { CostsSkeleton } from "@/components/costs/costs-skeleton";
import { PageHeader } from "@/components/shell/page-header";

export default function CostsLoading() {
  return (
    <>
      <PageHeader title="Costs" description="Tokens from CloudWatch at the prices in force then" />
      <div className="mb-4 h-9.25 border-b border-line" />
      <CostsSkeleton />
    </>
  );
}
