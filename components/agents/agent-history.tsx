"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { Tag } from "@/components/ui/tag";
import type { ActivityEvent } from "@/lib/activity/schema";
import type { AgentKey } from "@/lib/agents/schema";
import { type ChangedValue, changedValues } from "./changed-values";
import { agentQueries } from "./queries";

/** Who changed what, newest first. */
export function AgentHistory({ agent }: { agent: AgentKey }) {
  return (
    <Card title="History">
      <Events agent={agent} />
    </Card>
  );
}

function Events({ agent }: { agent: AgentKey }) {
  const query = useInfiniteQuery(agentQueries.activity(agent));
  const { data, error, refetch, isFetching, hasNextPage, fetchNextPage, isFetchingNextPage } =
    query;
  if (!data && error) {
    return (
      <ErrorState
        title="The history could not be read"
        error={error}
        onRetry={() => refetch()}
        retrying={isFetching}
      />
    );
  }
  if (!data) {
    return (
      <Loading label="Loading the history">
        <Skeleton className="my-2 h-3 w-4/5" />
        <Skeleton className="my-2 h-3 w-3/5" />
      </Loading>
    );
  }
  const events = data.pages.flatMap((page) => page.events);
  if (events.length === 0) {
    return (
      <p className="text-ink-3">
        Nothing was changed here yet. Switches and prompts saved in this console are listed with who
        and when; what deploys write is not.
      </p>
    );
  }
  return (
    <>
      <ol className="flex flex-col">
        {events.map((event) => (
          <EventItem key={event.event_id} event={event} />
        ))}
      </ol>
      {hasNextPage && (
        <Button
          size="sm"
          className="mt-2"
          busy={isFetchingNextPage}
          onClick={() => fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </>
  );
}

function EventItem({ event }: { event: ActivityEvent }) {
  return (
    <li className="grid gap-x-3 gap-y-0.5 border-t border-line py-2 text-sm first:border-t-0 first:pt-0 sm:grid-cols-[104px_minmax(0,1fr)]">
      <RelativeTime at={event.at} className="text-ink-3" />
      <div className="min-w-0">
        <span className="font-medium">{event.actor}</span>{" "}
        {event.action === "agent.reverted" && <Tag tone="warn">Reverted</Tag>}
        <ul>
          {changedValues(event).map((change) => (
            <li key={change.name} className="wrap-anywhere">
              <Change {...change} />
            </li>
          ))}
        </ul>
        {event.reason && <p className="text-ink-2">Went ahead because: {event.reason}</p>}
      </div>
    </li>
  );
}

const shortLength = 80;

function Change({ label, before, after }: ChangedValue) {
  if (Math.max(before?.length ?? 0, after?.length ?? 0) > shortLength) {
    return (
      <details>
        <summary className="text-ink-2">{label} changed</summary>
        <LongValue name="Before" text={before} />
        <LongValue name="After" text={after} />
      </details>
    );
  }
  return (
    <>
      <span className="text-ink-2">{label}</span> <Value text={before} />{" "}
      <span aria-hidden="true">→</span>
      <span className="sr-only">became</span> <Value text={after} />
    </>
  );
}

function Value({ text }: { text: string | null }) {
  if (text === null) return <span className="text-ink-3">not set</span>;
  if (text === "") return <span className="text-ink-3">empty</span>;
  return <span className="font-mono">{text}</span>;
}

function LongValue({ name, text }: { name: string; text: string | null }) {
  return (
    <div className="mt-1.5">
      <p className="text-ink-3">{name}</p>
      <p className="rounded-md bg-sunken px-2 py-1 whitespace-pre-wrap">{text || "nothing"}</p>
    </div>
  );
}
