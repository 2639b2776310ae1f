"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/form/button";
import { SearchInput } from "@/components/ui/form/search-input";
import { Select } from "@/components/ui/form/select";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { CodeBlock } from "@/components/ui/text/code-block";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { type RunList, type RunsUnavailable, runStatuses } from "@/lib/runs/schema";
import { RunNowDialog } from "./lazy-dialogs";
import { runQueries } from "./queries";
import { runStatusLabels, unavailableTitles } from "./run-labels";
import type { RunsState, RunsTabProps, SetRunsState } from "./runs-state";
import { RunsTable } from "./runs-table";

type Props = RunsTabProps & {
  state: RunsState;
  setState: SetRunsState;
  /** The run that was open before. It receives the focus again. */
  lastOpen: string | null;
  onOpen: (id: string) => void;
};

/** The newest runs, refetched while the page is visible; older ones are paged. */
export function RunsCard(props: Props) {
  const { agent, canWrite, hasDraft, state, setState, lastOpen, onOpen } = props;
  const { status, q } = state;
  const [isStarting, setStarting] = useState(false);
  const pages = usePages(JSON.stringify([status, q]));
  const query = useQuery({
    ...runQueries.list(agent, {
      status: status ?? undefined,
      q: q || undefined,
      cursor: pages.cursor,
    }),
    placeholderData: keepPreviousData,
  });
  const { data, error, dataUpdatedAt, isPlaceholderData } = query;
  const canStart = canWrite && data?.can_start === true && data.unavailable === null;
  const startButton = (
    <Button variant="primary" onClick={() => setStarting(true)}>
      Run now…
    </Button>
  );
  return (
    <Card title="Runs" action={canStart && startButton}>
      {!data?.unavailable && <Filters state={state} setState={setState} />}
      {data && error && (
        <Note tone="warn" title="This may be out of date." live className="mb-2">
          {describeError(error).detail}
        </Note>
      )}
      {data?.notes.map((note) => (
        <Note key={note} tone="info" live className="mb-2">
          {note}
        </Note>
      ))}
      <QueryBoundary
        query={query}
        skeleton={<TableSkeleton label="Loading the runs" rows={5} />}
        errorTitle="The runs couldn't be read"
        empty={(list) => emptyState({ list, state, setState, page: pages.number, canWrite })}
      >
        {({ runs, cursor }) => (
          <div aria-busy={isPlaceholderData || undefined}>
            <RunsTable
              agent={agent}
              runs={runs}
              readAt={dataUpdatedAt}
              canWrite={canWrite}
              lastOpen={lastOpen}
              onOpen={onOpen}
            />
            <Pages pages={pages} next={cursor} isBusy={isPlaceholderData} />
          </div>
        )}
      </QueryBoundary>
      {canWrite && data && !data.can_start && !data.unavailable && (
        <p className="mt-3 text-sm text-ink-3">
          This console doesn't start runs: the server's setting ALLOW_RUNS is off.
        </p>
      )}
      {isStarting && (
        <RunNowDialog
          agent={agent}
          hasDraft={hasDraft}
          onStarted={onOpen}
          onClose={() => setStarting(false)}
        />
      )}
    </Card>
  );
}

/** Cursors of the pages so far. Reset when the filter changes. */
function usePages(filter: string) {
  const [stored, setStored] = useState<{ filter: string; cursors: string[] }>({
    filter,
    cursors: [],
  });
  const cursors = stored.filter === filter ? stored.cursors : [];
  return {
    cursor: cursors.at(-1),
    number: cursors.length + 1,
    show: (cursor: string) => setStored({ filter, cursors: [...cursors, cursor] }),
    showNewer: () => setStored({ filter, cursors: cursors.slice(0, -1) }),
    showNewest: () => setStored({ filter, cursors: [] }),
  };
}

type PagesProps = {
  pages: ReturnType<typeof usePages>;
  next: string | null;
  isBusy: boolean;
};

function Pages({ pages, next, isBusy }: PagesProps) {
  if (next === null && pages.number === 1) return null;
  return (
    <nav aria-label="Pages of runs" className="mt-3 flex flex-wrap items-center gap-2">
      {pages.number > 1 && (
        <Button size="sm" onClick={pages.showNewer}>
          Newer
        </Button>
      )}
      {next !== null && (
        <Button size="sm" busy={isBusy} onClick={() => pages.show(next)}>
          Older
        </Button>
      )}
      <span className="text-sm text-ink-3">Page {pages.number}, newest first</span>
    </nav>
  );
}

const statusOptions = [
  { value: "", label: "Any status" },
  ...runStatuses.map((status) => ({ value: status, label: runStatusLabels[status].label })),
];

function Filters({ state: { status, q }, setState }: Pick<Props, "state" | "setState">) {
  function search(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const text = new FormData(event.currentTarget).get("q");
    setState({ q: typeof text === "string" ? text.trim() : "" });
  }
  return (
    <search className="mb-3 flex flex-wrap gap-2">
      <form
        method="post"
        onSubmit={search}
        className="flex min-w-0 flex-1 basis-72 gap-2 sm:max-w-120"
      >
        <SearchInput
          key={q}
          name="q"
          defaultValue={q}
          aria-label="Execution name or ARN"
          placeholder="Execution name or ARN"
          className="min-w-0 flex-1"
          onChange={(event) => event.target.value === "" && q !== "" && setState({ q: "" })}
        />
        <Button type="submit">Find</Button>
      </form>
      <Select
        aria-label="Status"
        className="w-40"
        options={statusOptions}
        value={status ?? ""}
        onChange={(event) =>
          setState({
            status: runStatuses.find((runStatus) => runStatus === event.target.value) ?? null,
          })
        }
      />
    </search>
  );
}

type EmptyProps = Pick<Props, "state" | "setState" | "canWrite"> & { list: RunList; page: number };

/** Why there are no rows, and the next step; null if there are some. */
function emptyState({ list, state, setState, page, canWrite }: EmptyProps) {
  if (list.unavailable) {
    return <Unavailable unavailable={list.unavailable} consoleUrl={list.console_url} />;
  }
  if (list.runs.length > 0 || page > 1) return null;
  if (state.q || state.status) {
    return (
      <EmptyState
        title="No run matches"
        action={
          <Button onClick={() => setState({ q: null, status: null })}>Clear the filters</Button>
        }
      >
        {state.q
          ? "Search takes the whole name or the ARN of an execution of this agent."
          : "Step Functions keeps runs for 90 days."}
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No runs yet">
      Executions of this agent's state machine from the last 90 days appear here.
      {canWrite && list.can_start && " Start one with “Run now”."}
    </EmptyState>
  );
}

type UnavailableProps = { unavailable: RunsUnavailable; consoleUrl: string | null };

function Unavailable({ unavailable: { code, why, statement }, consoleUrl }: UnavailableProps) {
  return (
    <EmptyState
      title={unavailableTitles[code]}
      action={
        consoleUrl && (
          <a
            href={consoleUrl}
            target="_blank"
            rel="noreferrer"
            className="text-accent underline underline-offset-2"
          >
            Open the state machine in the AWS console
          </a>
        )
      }
    >
      <p className="wrap-anywhere">{why}</p>
      {statement && (
        <div className="mt-2 text-left">
          <CodeBlock
            title="Add this statement to the role's policy"
            what="policy statement"
            text={statement}
          />
        </div>
      )}
    </EmptyState>
  );
}
