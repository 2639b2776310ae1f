"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect, useMemo, useRef, useState } from "react";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { Menu } from "@/components/ui/overlay/menu";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { saveFile } from "@/components/ui/save-file";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import type { ActivityEvent } from "@/lib/activity/schema";
import { addressOf } from "@/lib/addresses";
import { formatLongDay } from "@/lib/format";
import { pages } from "@/lib/paths";
import { ActivityFilters } from "./activity-filters";
import { toActivityFilter, useActivityState } from "./activity-state";
import { EventItem } from "./event-item";
import { OperationDialog, RollbackDialog } from "./lazy-dialogs";
import { type ActivityListFilter, activityQueries } from "./queries";
import { canRestore, RollbackButton } from "./rollback-button";

const noEvents: ActivityEvent[] = [];

/** The Activity page. */
export function ActivityScreen({ canWrite }: { canWrite: boolean }) {
  const [state, setState] = useActivityState();
  const filter = toActivityFilter(state);
  const query = useInfiniteQuery(activityQueries.list(filter));
  const { data, error, isPlaceholderData, fetchNextPage } = query;
  const events = useMemo(() => data?.pages.flatMap((page) => page.events) ?? noEvents, [data]);
  const actors = useMemo(() => [...new Set(events.map(({ actor }) => actor))].sort(), [events]);
  const isNarrowed = Object.keys(filter).length > 0;
  const [comingBack, setComingBack] = useState<ActivityEvent | null>(null);

  return (
    <>
      <PageHeader
        title="Activity"
        description="Every change made in this console, and what others were seen to change"
        actions={<ExportMenu filter={filter} />}
      />
      <ActivityFilters state={state} setState={setState} actors={actors} isNarrowed={isNarrowed} />
      <QueryBoundary
        query={query}
        skeleton={<TableSkeleton label="Loading the activity" />}
        errorTitle="The activity could not be read"
      >
        {() => (
          <div
            aria-busy={isPlaceholderData}
            className={isPlaceholderData ? "opacity-60" : undefined}
          >
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
      </QueryBoundary>
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

/** Exports all pages that match the filters. */
function ExportMenu({ filter }: { filter: ActivityListFilter }) {
  const save = (format: "csv" | "json") => () =>
    saveFile(addressOf("exportActivity", { query: { format, ...filter } }));
  return (
    <Menu
      label="Export"
      items={[
        { label: "As CSV, for a spreadsheet", onSelect: save("csv") },
        { label: "As JSON", onSelect: save("json") },
      ]}
    />
  );
}

type LoadMoreProps = {
  hasMore: boolean;
  busy: boolean;
  /** Why the last attempt failed. */
  error: unknown;
  onMore: () => void;
};

/** Loads the next page when the end scrolls into view, or with its button. */
function LoadMore({ hasMore, busy, error, onMore }: LoadMoreProps) {
  const end = useRef<HTMLDivElement>(null);
  const waits = hasMore && !busy && !error;
  // The external system is the window's scroll position.
  useEffect(() => {
    const element = end.current;
    if (!element || !waits) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && onMore(),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [waits, onMore]);
  return (
    <div ref={end} className="mt-3 flex flex-col items-center gap-2">
      {error !== null && error !== undefined && (
        <Note tone="bad" title="The rest could not be read." live>
          {describeError(error).detail}
        </Note>
      )}
      {hasMore ? (
        <Button busy={busy} onClick={onMore}>
          Load more
        </Button>
      ) : (
        <p className="text-sm text-ink-3">That is all.</p>
      )}
    </div>
  );
}

type ActivityFeedProps = {
  events: readonly ActivityEvent[];
  onOperation: (id: string) => void;
  /** Opens the dialog that restores a deleted entity. Undefined for viewers. */
  onBringBack?: (event: ActivityEvent) => void;
};

/** Events grouped by day, newest first. */
function ActivityFeed({ events, onOperation, onBringBack }: ActivityFeedProps) {
  return (
    <div className="rounded-lg border border-line bg-panel">
      {byDay(events).map(([day, ofDay]) => (
        <section key={day} aria-label={formatLongDay(day)}>
          <h2 className="sticky top-0 border-b border-line bg-sunken px-4 py-1.5 text-sm font-medium text-ink-2 first:rounded-t-lg max-md:top-12">
            {formatLongDay(day)}
          </h2>
          <ol className="px-4">
            {ofDay.map((event) => (
              <EventItem
                key={event.event_id}
                event={event}
                onOperation={onOperation}
                action={
                  onBringBack &&
                  canRestore(event) && <RollbackButton event={event} onRollBack={onBringBack} />
                }
              />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

/** Groups events by day (UTC), keeping their order. */
function byDay(events: readonly ActivityEvent[]): [string, ActivityEvent[]][] {
  const days = new Map<string, ActivityEvent[]>();
  for (const event of events) {
    const day = event.at.slice(0, 10);
    const dayEvents = days.get(day);
    if (dayEvents) dayEvents.push(event);
    else days.set(day, [event]);
  }
  return [...days];
}
