import { Card } from "@/components/ui/card";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { Split } from "@/components/ui/split";

/** An agent's page while it loads. */
export function AgentSkeleton() {
  return (
    <Loading label="Loading the agent">
      <Skeleton className="mb-2 h-3 w-16" />
      <Skeleton className="mb-2 h-5 w-48" />
      <Skeleton className="mb-5 h-3 w-72 max-w-full" />
      <Split
        asideWidth="lg"
        aside={
          <Card>
            <Lines />
          </Card>
        }
      >
        <div className="flex flex-col gap-4">
          <Card>
            <Lines />
          </Card>
          <Card>
            <Lines />
          </Card>
        </div>
      </Split>
    </Loading>
  );
}

/** The versions of an agent while they load. */
export function VersionsSkeleton() {
  return (
    <Loading label="Loading the versions">
      <Skeleton className="my-2 h-3 w-3/5" />
      <Skeleton className="my-2 h-3 w-1/2" />
    </Loading>
  );
}

function Lines() {
  return (
    <>
      <Skeleton className="mb-4 h-3 w-24" />
      <Skeleton className="mb-3 h-7.5" />
      <Skeleton className="mb-3 h-3 w-4/5" />
      <Skeleton className="mb-1 h-3 w-3/5" />
    </>
  );
}
