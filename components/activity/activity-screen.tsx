"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useMemo, useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button, buttonClass } from "@/components/ui/form/button";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { EmptyState } from "@/components/ui/text/empty-state";
import { ErrorState } from "@/components/ui/text/error-state";
import type { ActivityEvent } from "@/lib/activity/schema";
import { pages } from "@/lib/paths";
import { ActivityFeed } from "./activity-feed";
import { ActivityFilters } from "./activity-filters";
import { useActivityState, wantedOf } from "./activity-state";
import { ExportMenu } from "./export-menu";
import { LoadMore } from "./load-more";
import { activityQueries } from "./queries";

const OperationDialog = dynamic(
  () => import("@/components/operations/operation-dialog").then((file) => file.OperationDialog),
  { ssr: false },
);
const RollbackDialog = dynamic(
  () => import("./rollback-dialog").then((file) => file.RollbackDialog),
  { ssr: false },
);

const noEvents: ActivityEvent[] = [];

/** Who changed what, when, from what to what. */
export function ActivityScreen({ canWrite }: { canWrite: boolean }) {
  const [state, setState] = useActivityState();
  const wanted = wantedOf(state);
  const query = useInfiniteQuery(activityQueries.list(wanted));
  const { data, error, refetch, isFetching, isPlaceholderData, fetchNextPage } = query;
  const events = useMemo(() => data?.pages.flatMap((page) => page.events) ?? noEvents, [data]);
  const people = useMemo(() => [...new Set(events.map(({ actor }) => actor))].sort(), [events]);
  const isNarrowed = Object.keys(wanted).length > 0;
  const [comingBack, setComingBack] = useState<ActivityEvent | null>(null);

  return (
    <>
      <PageHeader
        title="Activity"
        description="Every change made in this console, and what others were seen to change"
        actions={<ExportMenu wanted={wanted} />}
      />
      <ActivityFilters state={state} setState={setState} people={people} isNarrowed={isNarrowed} />
      {!data && error && (
        <ErrorState
          title="The activity could not be read"
          error={error}
          onRetry={() => refetch()}
          retrying={isFetching}
        />
      )}
      {!data && !error && <TableSkeleton label="Loading the activity" />}
      {data && (
        <div aria-busy={isPlaceholderData} className={isPlaceholderData ? "opacity-60" : undefined}>
          {events.length === 0 && !query.hasNextPage ? (
            <NoEvents isNarrowed={isNarrowed} onClear={() => setState(null)} />
          ) : (
            <>
              <ActivityFeed
                events={events}
                onOperation={(operation) => setState({ operation }, { history: "push" })}
                onBringBack={canWrite ? setComingBack : undefined}
              />
              <LoadMore
                hasMore={query.hasNextPage}
                busy={query.isFetchingNextPage}
                error={error}
                onMore={fetchNextPage}
              />
            </>
          )}
        </div>
      )}
      {comingBack && <RollbackDialog event={comingBack} onClose={() => setComingBack(null)} />}
      {state.operation && (
        <OperationDialog
          id={state.operation}
          canWrite={canWrite}
          onClose={() => setState({ operation: null })}
        />
      )}
    </>
  );
}

function NoEvents({ isNarrowed, onClear }: { isNarrowed: boolean; onClear: () => void }) {
  return (
    <div className="rounded-lg border border-line bg-panel">
      {isNarrowed ? (
        <EmptyState
          title="Nothing fits these filters"
          action={<Button onClick={onClear}>Clear filters</Button>}
        >
          Names count as they are written: a person by the whole name, a thing by its whole id.
        </EmptyState>
      ) : (
        <EmptyState
          title="Nothing was changed here yet"
          action={
            <Link href={pages.models()} className={buttonClass()}>
              Models
            </Link>
          }
        >
          Each change of a model, an agent or a key appears here with who made it, when, and what it
          was before. What deploys write appears when it goes against something set here.
        </EmptyState>
      )}
    </div>
  );
}
