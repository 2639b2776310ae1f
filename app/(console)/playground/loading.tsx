import { PageHeader } from "@/components/shell/page-header";
import { CardSkeleton } from "@/components/ui/card-skeleton";

export default function PlaygroundLoading() {
  return (
    <>
      <PageHeader title="Playground" description="One prompt to up to four models, side by side" />
      <CardSkeleton label="Loading the playground" className="h-80" />
    </>
  );
}
