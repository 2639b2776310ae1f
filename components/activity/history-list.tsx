"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { Dialog } from "@/components/ui/overlay/dialog";
import { showToast } from "@/components/ui/overlay/toast";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import type { ActivityEntity, ActivityEvent } from "@/lib/activity/schema";
import type { ProviderRecord } from "@/lib/keys/schema";
import { EventItem } from "./event-item";
import { OperationDialog, RollbackDialog } from "./lazy-dialogs";
import { activityQueries } from "./queries";
import { canRollBack, RollbackButton } from "./rollback-button";
import { useKeyRollback } from "./use-rollback";

export { RevertedNote } from "./reverted-note";

export type HistoryListProps = {
  entity: ActivityEntity;
  canWrite: boolean;
  /** A value that changes with every version of the entity, such as its etag. */
  revision: string | null;
};

/** An entity's history, newest first, with a rollback for each change. */
export function HistoryList({ entity, canWrite, revision }: HistoryListProps) {
  const query = useInfiniteQuery(activityQueries.of(entity, revision));
  const [rollingBack, setRollingBack] = useState<ActivityEvent | null>(null);
  const [operation, setOperation] = useState<string | null>(null);
  return (
    <>
      <QueryBoundary
        query={query}
        skeleton={
          <Loading label="Loading the history">
            <Skeleton className="my-2 h-3 w-4/5" />
            <Skeleton className="my-2 h-3 w-3/5" />
          </Loading>
        }
        errorTitle="The history could not be read"
        empty={({ pages }) =>
          pages.every(({ events }) => events.length === 0) && <NothingYet entity={entity} />
        }
      >
        {({ pages }) => (
          <ol className="-mt-2.5">
            {pages
              .flatMap(({ events }) => events)
              .map((event) => (
                <EventItem
                  key={event.event_id}
                  event={event}
                  isOwnPage
                  onOperation={setOperation}
                  action={
                    canWrite &&
                    canRollBack(event) && (
                      <RollbackButton event={event} onRollBack={setRollingBack} />
                    )
                  }
                />
              ))}
          </ol>
        )}
      </QueryBoundary>
      {query.hasNextPage && (
        <Button size="sm" busy={query.isFetchingNextPage} onClick={() => query.fetchNextPage()}>
          Show older
        </Button>
      )}
      {rollingBack && <RollbackDialog event={rollingBack} onClose={() => setRollingBack(null)} />}
      {operation && (
        <OperationDialog id={operation} canWrite={canWrite} onClose={() => setOperation(null)} />
      )}
    </>
  );
}

function NothingYet({ entity: { kind } }: { entity: ActivityEntity }) {
  return (
    <p className="text-ink-3">
      Nothing was changed here yet. Each change of this {kind} in the console is listed with who
      made it, when, and what it was before{kind === "agent" && "; what deploys write is not"}.
    </p>
  );
}

type KeyHistoryProps = { provider: ProviderRecord; canWrite: boolean; onClose: () => void };

/** The history of a provider's key: last four characters and dates, never a key. */
export function KeyHistory({ provider: { id, name, key }, canWrite, onClose }: KeyHistoryProps) {
  const rollback = useKeyRollback(id);
  const rollBack = () =>
    rollback.mutate(undefined, {
      onSuccess: () =>
        showToast({
          tone: "good",
          title: `${name} has its previous key again`,
          description: "Running agents have it within 5 minutes.",
        }),
    });
  return (
    <Dialog
      title={`History of the key of ${name}`}
      locked={rollback.isPending}
      onClose={onClose}
      footer={
        canWrite &&
        key.can_roll_back && (
          <Button busy={rollback.isPending} onClick={rollBack}>
            Roll back to the previous key
          </Button>
        )
      }
    >
      {rollback.error && (
        <Note tone="bad" title="Not rolled back." live className="mb-3">
          {describeError(rollback.error).detail}
        </Note>
      )}
      <div className="pt-2.5 pb-2">
        <HistoryList entity={{ kind: "key", id }} canWrite={canWrite} revision={key.updated_at} />
      </div>
    </Dialog>
  );
}
