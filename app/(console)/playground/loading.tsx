import { PageHeader } from "@/components/ui/page-header";
import { Loading, Skeleton } from "@/components/ui/skeleton";

export default function PlaygroundLoading() {
  return (
    <>
      <PageHeader title="Playground" description="One prompt to up to four models, side by side" />
      <Loading label="Loading the playground">
        <Skeleton className="h-80 w-full" />
      </Loading>
    </>
  );
}
