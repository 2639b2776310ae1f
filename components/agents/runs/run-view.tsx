"use client";

import { useQuery } from "@tanstack/react-query";
import ExternalLink from "lucide-react/icons/external-link";
import Link from "next/link";
import { Fragment, type ReactNode, useState } from "react";
import { CallPrices } from "@/components/prices/call-cost";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { Split } from "@/components/ui/split";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { CodeBlock } from "@/components/ui/text/code-block";
import { CopyButton } from "@/components/ui/text/copy-button";
import { describeError } from "@/components/ui/text/describe-error";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Status } from "@/components/ui/text/status";
import { formatCount, formatUtc, pluralize } from "@/lib/format";
import { pages } from "@/lib/paths";
import type { RunDetails } from "@/lib/runs/schema";
import { Conversation } from "./conversation";
import { indentJson } from "./folded-text";
import { RerunDialog, StopDialog } from "./lazy-dialogs";
import { ModelCalls } from "./model-calls";
import { isInProgress, runQueries } from "./queries";
import { FailureFix } from "./run-failure";
import { formatRunDuration, formatRunFigures, runStatusLabels } from "./run-labels";
import type { RunsTabProps } from "./runs-state";
import { Timeline } from "./timeline";
import { WaitingText } from "./waiting-text";

type Props = RunsTabProps & {
  /** The execution's name or ARN. */
  id: string;
  onOpen: (id: string) => void;
  onClose: () => void;
};

/** One run with its conversation beside its states, refetched while it is in progress. */
export function RunView({ id, onOpen, onClose, ...props }: Props) {
  const query = useQuery(runQueries.record(props.agent, id));
  return (
    <section aria-label="Run" className="flex flex-col gap-4">
      <Button size="sm" variant="ghost" className="w-fit" onClick={onClose}>
        ← All runs
      </Button>
      <QueryBoundary
        query={query}
        skeleton={<TableSkeleton label="Loading the run" rows={6} />}
        errorTitle={`Run ${id} couldn't be read`}
      >
        {(run) => (
          <Details
            {...props}
            run={run}
            readAt={query.dataUpdatedAt}
            stale={query.error}
            onOpen={onOpen}
          />
        )}
      </QueryBoundary>
    </section>
  );
}

type DetailsProps = RunsTabProps & {
  run: RunDetails;
  readAt: number;
  /** Why the refetch failed. */
  stale: Error | null;
  onOpen: (id: string) => void;
};

function Details(props: DetailsProps) {
  const { run, agent, canWrite, readAt, stale } = props;
  return (
    <>
      <Heading {...props} />
      {stale && (
        <Note tone="warn" title="This may be out of date." live>
          {describeError(stale).detail}
        </Note>
      )}
      <div className="flex flex-col gap-2 empty:hidden">
        {run.explained && (
          <Note
            tone={run.status === "aborted" ? "warn" : "bad"}
            title={`${run.explained.title}.`}
            action={
              <>
                <FailureFix agent={agent} run={run} canWrite={canWrite} />
                {run.status !== "aborted" && (
                  <Link
                    href={pages.checks({ failed_run: run.arn })}
                    prefetch={false}
                    className="underline underline-offset-2"
                  >
                    Why did this run fail?
                  </Link>
                )}
              </>
            }
          >
            {run.explained.fix} <Reported run={run} />
          </Note>
        )}
        {run.waiting && (
          <Note tone="warn" live>
            <WaitingText waiting={run.waiting} /> The run goes on when they answer.
          </Note>
        )}
        {run.missing && (
          <Note tone="info" title="Not recorded:">
            {run.missing}
          </Note>
        )}
      </div>
      <Facts run={run} readAt={readAt} />
      <Split
        asideWidth="lg"
        aside={
          <div className="flex flex-col gap-4">
            <Card title="Timeline">
              <Timeline run={run} readAt={readAt} />
            </Card>
            <Card title="Model calls">
              <ModelCalls calls={run.model_calls} />
            </Card>
          </div>
        }
      >
        <Card title="Conversation">
          <Messages run={run} canWrite={canWrite} />
        </Card>
      </Split>
      <Raw run={run} />
    </>
  );
}

/** Moves the focus here when a run is opened. */
const focus = (element: HTMLElement | null) => element?.focus();

function Heading({ run, agent, hasDraft, canWrite, onOpen }: DetailsProps) {
  const [dialog, setDialog] = useState<"stop" | "rerun" | null>(null);
  const { label, tone } = runStatusLabels[run.status];
  const isOpen = isInProgress(run.status);
  const close = () => setDialog(null);
  return (
    <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <h2 ref={focus} tabIndex={-1} className="text-lg font-semibold">
            Run of {formatUtc(run.started_at)}
          </h2>
          <span role="status">
            <Status tone={tone}>{label}</Status>
          </span>
        </div>
        <p className="flex items-center gap-1 text-ink-3">
          <span className="min-w-0 font-mono text-sm wrap-anywhere">{run.id}</span>
          <CopyButton value={run.arn} what="ARN of the run" />
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        {canWrite && run.can_start && run.status === "running" && (
          <Button onClick={() => setDialog("stop")}>Stop run…</Button>
        )}
        {canWrite && run.can_start && !isOpen && (
          <Button onClick={() => setDialog("rerun")}>Run again…</Button>
        )}
        <a href={run.console_url} target="_blank" rel="noreferrer" className={buttonClass("ghost")}>
          Open in AWS
          <ExternalLink className="size-3.5" aria-hidden="true" />
          <span className="sr-only">, new tab</span>
        </a>
      </div>
      {dialog === "stop" && <StopDialog agent={agent} run={run} onClose={close} />}
      {dialog === "rerun" && (
        <RerunDialog
          agent={agent}
          run={run}
          hasDraft={hasDraft}
          onStarted={onOpen}
          onClose={close}
        />
      )}
    </div>
  );
}

/** The state that failed, and Step Functions' error. */
function Reported({ run: { error, cause, steps } }: { run: RunDetails }) {
  const failed = steps.findLast(({ status }) => status === "failed");
  return (
    <>
      {failed && <>It failed in “{failed.state}”. </>}
      {error && (
        <>
          Step Functions reports <span className="font-mono">{error}</span>
          {cause ? ":" : "."}
        </>
      )}
      {cause && <span className="mt-1 block font-mono text-xs wrap-anywhere">{cause}</span>}
    </>
  );
}

function Facts({ run, readAt }: { run: RunDetails; readAt: number }) {
  const { model, input, output, cost } = formatRunFigures(run);
  const facts: [string, ReactNode][] = [
    ["Started", <RelativeTime key="started" at={run.started_at} />],
    ["Duration", formatRunDuration(run, readAt)],
    [
      "Model",
      <span key="model" className="font-mono text-sm">
        {model}
      </span>,
    ],
    ["Model calls", formatCount(run.model_calls.length)],
    ["Tokens in", input],
    ["Tokens out", output],
    [
      isInProgress(run.status) ? "Cost so far" : "Cost",
      <Fragment key="cost">
        {cost}
        <CallPrices of={run} />
      </Fragment>,
    ],
    ...(run.redrive_count > 0
      ? ([["Redriven", pluralize(run.redrive_count, "time")]] satisfies [string, ReactNode][])
      : []),
  ];
  return (
    <div>
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(120px,1fr))] gap-x-4 gap-y-2">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-sm text-ink-3">{name}</dt>
            <dd className="wrap-anywhere tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {run.too_low && <p className="mt-1.5 text-sm text-ink-3">Cost: {lowerFirst(run.too_low)}</p>}
    </div>
  );
}

const lowerFirst = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1);

function Messages({ run, canWrite }: { run: RunDetails; canWrite: boolean }) {
  const isOpen = isInProgress(run.status);
  if (run.messages.length > 0) return <Conversation messages={run.messages} isOpen={isOpen} />;
  return (
    <p className="text-ink-3">
      {!canWrite && "Only admins see what was said."}
      {canWrite &&
        (isOpen ? "Nothing was said yet." : (run.missing ?? "The run holds no messages."))}
    </p>
  );
}

const maxRaw = 200_000;

function Raw({ run }: { run: RunDetails }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="rounded-lg border border-line bg-panel"
    >
      <summary className="rounded-lg px-4 py-2.5 font-medium hover:bg-sunken">Raw JSON</summary>
      {isOpen && (
        <div className="flex flex-col gap-3 border-t border-line px-4 py-3">
          <p className="text-sm text-ink-3">Keys are removed.</p>
          {run.input !== null && (
            <CodeBlock
              maxCharacters={maxRaw}
              title="Input"
              what="input"
              text={indentJson(run.input)}
            />
          )}
          {run.output !== null && (
            <CodeBlock
              maxCharacters={maxRaw}
              title="Output"
              what="output"
              text={indentJson(run.output)}
            />
          )}
          <CodeBlock
            maxCharacters={maxRaw}
            title="The run, as the API answers it"
            what="run"
            text={JSON.stringify(run, null, 2)}
          />
        </div>
      )}
    </details>
  );
}
