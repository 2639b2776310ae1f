import { CardSkeleton } from "@/components/ui/card-skeleton";
import { PageHeader } from "@/components/ui/page-header";

export default function PlaygroundLoading() {
  return (
    <>
      <PageHeader title="Playground" description="One prompt to up to four models, side by side" />
      <CardSkeleton label="Loading the playground" className="h-80" />
    </>
  );
}
