"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type MouseEvent, useState } from "react";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/form/button";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Status } from "@/components/ui/text/status";
import { modelPk } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import type { TrialSummary } from "@/lib/trials/schema";
import { CaseSetsDialog, StartTrialDialog } from "./lazy-dialogs";
import { trialQueries } from "./queries";
import { describeSource, describeSpent, targetNames, trialStatusLabels } from "./trial-labels";
import type { TrialsTabProps } from "./trials-state";

type Props = TrialsTabProps & { onOpen: (id: string) => void };

/** The trials of an agent, newest first. */
export function TrialsCard(props: Props) {
  const { agent, models, canWrite, hasDraft, onOpen } = props;
  const [dialog, setDialog] = useState<"start" | "sets" | null>(null);
  const query = useQuery(trialQueries.list(agent));
  const close = () => setDialog(null);
  const start = (
    <Button variant="primary" onClick={() => setDialog("start")}>
      New trial…
    </Button>
  );
  return (
    <Card
      title="Trials"
      action={
        canWrite && (
          <span className="flex flex-wrap justify-end gap-2">
            <Button onClick={() => setDialog("sets")}>Case sets…</Button>
            {start}
          </span>
        )
      }
    >
      {query.data && query.error && (
        <Note tone="warn" title="This may be out of date." live className="mb-2">
          {describeError(query.error).detail}
        </Note>
      )}
      <QueryBoundary
        query={query}
        skeleton={<TableSkeleton label="Loading the trials" rows={4} />}
        errorTitle="The trials couldn't be read"
        empty={({ trials }) =>
          trials.length === 0 && (
            <EmptyState title="No trials yet" action={canWrite && start}>
              A trial sends this agent's own work to other models, with its prompt and its real
              tools, and compares the answers. No tool is run.
              {!canWrite && " Admins can start one."}
            </EmptyState>
          )
        }
      >
        {({ trials }) => <TrialsTable {...props} trials={trials} />}
      </QueryBoundary>
      {dialog === "start" && (
        <StartTrialDialog
          agent={agent}
          models={models}
          hasDraft={hasDraft}
          onStarted={onOpen}
          onClose={close}
        />
      )}
      {dialog === "sets" && <CaseSetsDialog agent={agent} onClose={close} />}
    </Card>
  );
}

function TrialsTable({ trials, ...props }: Props & { trials: readonly TrialSummary[] }) {
  return (
    <table aria-label="Trials" className="w-full border-t border-line text-left">
      <thead className="text-sm text-ink-3">
        <tr>
          <th className="py-2 pr-2 font-normal">Status</th>
          <th className="px-2 py-2 font-normal">Cases</th>
          <th className="px-2 py-2 font-normal max-md:hidden">Models tried</th>
          <th className="px-2 py-2 font-normal max-sm:hidden">Fits</th>
          <th className="py-2 pl-2 text-right font-normal">Spent</th>
        </tr>
      </thead>
      <tbody>
        {trials.map((trial) => (
          <TrialRow key={trial.id} {...props} trial={trial} />
        ))}
      </tbody>
    </table>
  );
}

function TrialRow({ trial, agent, models, onOpen }: Props & { trial: TrialSummary }) {
  const { label, tone } = trialStatusLabels[trial.status];
  const names = targetNames(trial, models);
  const tried = names.filter((_, index) => !trial.targets[index]?.is_present);
  const { offer, calls } = trial;
  const offered = offer && names.find(({ pk }) => pk === modelPk(offer));
  function open(event: MouseEvent) {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    onOpen(trial.id);
  }
  return (
    <tr className="border-t border-line align-top">
      <td className="py-2 pr-2">
        <Status tone={tone}>{label}</Status>
        {trial.status !== "done" && (
          <span className="block text-sm text-ink-3">
            {calls.done} of {calls.total} calls
          </span>
        )}
      </td>
      <td className="px-2 py-2">
        <Link
          href={pages.agent(agent.agent_name, agent.version, { tab: "trials", trial: trial.id })}
          prefetch={false}
          scroll={false}
          onClick={open}
          className="underline decoration-line-strong underline-offset-3 hover:decoration-ink"
        >
          {describeSource(trial)}
        </Link>
        <span className="block text-sm wrap-anywhere text-ink-3">
          <RelativeTime at={trial.created_at} /> by {trial.created_by}
        </span>
        <span className="block text-sm text-ink-3 md:hidden">
          {tried.map(({ name }) => name).join(", ")}
        </span>
      </td>
      <td className="px-2 py-2 max-md:hidden">{tried.map(({ name }) => name).join(", ")}</td>
      <td className="px-2 py-2 max-sm:hidden">
        {offered ? offered.name : trial.status === "running" ? "–" : "none"}
      </td>
      <td className="py-2 pl-2 text-right tabular-nums">{describeSpent(trial)}</td>
    </tr>
  );
}
