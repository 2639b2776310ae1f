"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "@/components/ui/form/button";
import { ConfirmDialog } from "@/components/ui/overlay/confirm-dialog";
import { Sheet } from "@/components/ui/overlay/sheet";
import { showToast } from "@/components/ui/overlay/toast";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { Loading, Skeleton } from "@/components/ui/skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Tag } from "@/components/ui/text/tag";
import { apiFetch } from "@/lib/api/client";
import type { ModelRecord } from "@/lib/models/schema";
import { maxRuns } from "@/lib/playground/rules/limits";
import type { PastRun, PastRunSummary } from "@/lib/playground/schema";
import { modelLabels } from "./model-names";
import { pastRunQueries } from "./queries";

type Props = {
  models: readonly ModelRecord[];
  onOpen: (run: PastRun) => void;
  onClose: () => void;
};

/** This person's past runs, newest first. */
export function PastRuns({ models, onOpen, onClose }: Props) {
  const query = useQuery(pastRunQueries.list());
  const actions = usePastRuns(onOpen, onClose);
  const [isAsking, setAsking] = useState(false);
  const hasRuns = query.data !== undefined && query.data.runs.length > 0;

  return (
    <Sheet
      title="Past runs"
      description={`Yours alone, the last ${maxRuns}`}
      onClose={onClose}
      footer={hasRuns && <Button onClick={() => setAsking(true)}>Delete all</Button>}
    >
      <QueryBoundary
        query={query}
        skeleton={
          <Loading label="Loading the past runs">
            <Skeleton className="my-2 h-10 w-full" />
            <Skeleton className="my-2 h-10 w-full" />
            <Skeleton className="my-2 h-10 w-full" />
          </Loading>
        }
        errorTitle="The past runs could not be read"
        empty={({ runs, kept }) => runs.length === 0 && <NoRuns isStored={kept} />}
      >
        {({ runs }) => (
          <ul className="-mt-2">
            {runs.map((run) => (
              <Entry
                key={run.run_id}
                run={run}
                names={run.models.map((pk) => modelLabels(pk, models).name)}
                busy={actions.busy === run.run_id}
                onOpen={() => actions.open(run.run_id)}
                onDelete={() => actions.deleteOne(run.run_id)}
              />
            ))}
          </ul>
        )}
      </QueryBoundary>
      {isAsking && (
        <ConfirmDialog
          title="Delete all your past runs?"
          confirmLabel="Delete all"
          danger
          onConfirm={actions.deleteAll}
          onClose={() => setAsking(false)}
        >
          Their prompts and answers are removed for good. Runs of other people stay.
        </ConfirmDialog>
      )}
    </Sheet>
  );
}

function usePastRuns(onOpen: Props["onOpen"], onClose: () => void) {
  const client = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const reload = () => client.invalidateQueries({ queryKey: pastRunQueries.all });

  async function attempt(id: string, what: string, act: () => Promise<void>) {
    setBusy(id);
    try {
      await act();
    } catch (error) {
      showToast({ tone: "bad", title: what, description: describeError(error).detail });
      await reload();
    } finally {
      setBusy(null);
    }
  }

  return {
    busy,
    open: (id: string) =>
      attempt(id, "The run could not be opened", async () => {
        onOpen(await apiFetch("getPastRun", { params: { id } }));
        onClose();
      }),
    deleteOne: (id: string) =>
      attempt(id, "The run was not deleted", async () => {
        await apiFetch("deletePastRun", { params: { id } });
        await reload();
      }),
    deleteAll: async () => {
      await apiFetch("deletePastRuns");
      await reload();
    },
  };
}

function NoRuns({ isStored }: { isStored: boolean }) {
  if (isStored) {
    return (
      <EmptyState title="No past runs yet">
        Each run is kept here for you, with its prompt, its settings and the answers: never an
        image, never a key.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Runs are not kept">
      The table that would keep them does not exist. The note at the top of the page says how to
      create it; running works without it.
    </EmptyState>
  );
}

type EntryProps = {
  run: PastRunSummary;
  names: string[];
  busy: boolean;
  onOpen: () => void;
  onDelete: () => void;
};

function Entry({ run, names, busy, onOpen, onDelete }: EntryProps) {
  const { prompt_start, at, failed } = run;
  return (
    <li className="border-b border-line py-2.5 last:border-0">
      <p className="line-clamp-2 wrap-anywhere">{prompt_start}</p>
      <p className="mt-0.5 text-sm wrap-anywhere text-ink-3">
        <RelativeTime at={at} /> · {names.join(", ")}
      </p>
      <div className="mt-1.5 flex flex-wrap items-center gap-2">
        <Button size="sm" busy={busy} aria-label={`Open the run: ${prompt_start}`} onClick={onOpen}>
          Open
        </Button>
        <Button
          size="sm"
          variant="ghost"
          aria-label={`Delete the run: ${prompt_start}`}
          onClick={onDelete}
        >
          Delete
        </Button>
        {failed > 0 && <Tag tone="bad">{failed} failed</Tag>}
      </div>
    </li>
  );
}
