"use client";

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { parseAsString } from "nuqs/server";
import { useMemo, useState } from "react";
import { agentQueries } from "@/components/agents/queries";
import { providerChoices } from "@/components/agents/switch/model-choice";
import { useAgentSwitch } from "@/components/agents/switch/use-agent-switch";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { PageHeader } from "@/components/shell/page-header";
import { Button } from "@/components/ui/form/button";
import { SearchInput } from "@/components/ui/form/search-input";
import { Select } from "@/components/ui/form/select";
import { lazyPart } from "@/components/ui/lazy-part";
import { joinQueries, QueryBoundary } from "@/components/ui/query-boundary";
import { DataTable } from "@/components/ui/table/data-table";
import { parseAsSort } from "@/components/ui/table/sort-state";
import { TableSkeleton } from "@/components/ui/table/table-skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { RetryNote } from "@/components/ui/text/retry-note";
import { useUrlState } from "@/components/ui/url-state";
import type { AgentRecord } from "@/lib/agents/schema";
import { formatProviderName, pluralize } from "@/lib/format";
import type { ProviderRecord } from "@/lib/keys/schema";
import type { ModelRecord } from "@/lib/models/schema";
import type { UsageReport } from "@/lib/usage/schema";
import { agentColumns } from "./agent-columns";
import { type AgentRow, agentRows, filterRows, notSet } from "./agent-rows";
import { SwitchContext } from "./model-cells";

const dialogs = () => import("./dialogs");
const AgentDialogs = lazyPart(async () => (await dialogs()).AgentDialogs);
// Keeps its place while data loads, so that the layout doesn't shift.
const BulkSwitch = lazyPart(
  async () => (await dialogs()).BulkSwitch,
  <span className="h-7.5 w-52" />,
);

/** Refetch intervals of the columns about runs, and of what others change. */
const runsEveryMs = 10_000;
const rowsEveryMs = 30_000;

const rowName = ({ id }: AgentRow) => id;

/** All agents and what they run on. */
export function AgentsView({ canWrite }: { canWrite: boolean }) {
  const agents = useQuery({ ...agentQueries.list(), refetchInterval: rowsEveryMs });
  const models = useQuery({ ...modelQueries.list(), refetchInterval: rowsEveryMs });
  const providers = useQuery(providerQueries.list());
  const lists = joinQueries({ agents, models, providers });
  return (
    <>
      {!lists.data && <PageHeader title="Agents" />}
      <QueryBoundary
        query={lists}
        skeleton={<TableSkeleton label="Loading the agents" />}
        errorTitle="The agents could not be read"
      >
        {(data) => (
          <Agents
            agents={data.agents.agents}
            models={data.models.models}
            providers={data.providers.providers}
            mapped={data.providers.runtime_providers}
            canWrite={canWrite}
          />
        )}
      </QueryBoundary>
    </>
  );
}

type AgentsProps = {
  agents: readonly AgentRecord[];
  models: readonly ModelRecord[];
  providers: readonly ProviderRecord[];
  mapped: readonly string[];
  canWrite: boolean;
};

function Agents({ agents, models, providers, mapped, canWrite }: AgentsProps) {
  const [state, setState] = useAgentsState();
  const { switchModel, pending, save, question, dismiss } = useAgentSwitch(models);
  const [ticked, setTicked] = useState<ReadonlySet<string> | null>(null);
  const selection = useMemo(
    () => (ticked ? { ids: ticked, onChange: setTicked, nameOf: rowName } : undefined),
    [ticked],
  );
  const month = useQuery(agentQueries.monthToDate());
  const used = month.data ?? (month.error ? null : undefined);
  const runs = useQuery({ ...agentQueries.recentRuns(), refetchInterval: runsEveryMs });
  const recent = runs.data ?? (runs.error ? null : undefined);
  const rows = useMemo(
    () => agentRows({ agents, models, providers, mapped, month: used, recent }),
    [agents, models, providers, mapped, used, recent],
  );
  const choices = useMemo(() => providerChoices(models), [models]);
  const switching = useMemo(
    () => ({ choices, ...(canWrite && { onSwitch: switchModel }) }),
    [choices, canWrite, switchModel],
  );
  const visible = filterRows(
    rows.map((row) => withPending(row, pending.get(row.id))),
    state,
  );
  return (
    <>
      <PageHeader
        title="Agents"
        description={summary(rows)}
        actions={
          canWrite &&
          rows.length > 0 && (
            <BulkSwitch {...{ rows, visible, choices, ticked }} onTick={setTicked} />
          )
        }
      />
      {rows.length > 0 && (month.error || month.data?.stale_because) && <MonthNote month={month} />}
      {rows.length > 0 && runs.data?.unread && (
        <Note tone="warn" title="The runs could not be read." className="mb-3">
          {runs.data.unread}
        </Note>
      )}
      {rows.length > 0 && <AgentsBar rows={rows} state={state} setState={setState} />}
      <SwitchContext value={switching}>
        <DataTable
          label="Agents"
          rows={visible}
          columns={agentColumns}
          rowId={(row) => row.id}
          sort={state.sort}
          onSortChange={(sort) => setState({ sort })}
          selection={selection}
          empty={
            rows.length === 0 ? (
              <NoAgents />
            ) : (
              <NoMatches
                of={rows.length}
                onShowAll={() => setState({ q: null, status: null, provider: null })}
              />
            )
          }
        />
      </SwitchContext>
      {question && (
        <AgentDialogs question={question} onSave={save} onUseTheirs={dismiss} onClose={dismiss} />
      )}
    </>
  );
}

/** A row with its pending switch applied. */
function withPending(row: AgentRow, model: ModelRecord | undefined): AgentRow {
  return model ? { ...row, model, providerId: model.provider_id } : row;
}

function summary(rows: readonly AgentRow[]): string | null {
  if (rows.length === 0) return null;
  const older = rows.filter(({ agent }) => !agent.unified).length;
  const flagged = rows.filter(({ flags }) => flags.length > 0).length;
  const parts = [
    pluralize(rows.length, "agent"),
    older > 0 && `${older} on the older caller`,
    flagged > 0 && `${flagged} flagged`,
  ];
  return parts.filter(Boolean).join(" · ");
}

function NoMatches({ of, onShowAll }: { of: number; onShowAll: () => void }) {
  return (
    <EmptyState title="No agent fits" action={<Button onClick={onShowAll}>Show all agents</Button>}>
      {pluralize(of, "agent is", "agents are")} registered; none fits the search and the filters.
    </EmptyState>
  );
}

function NoAgents() {
  return (
    <EmptyState title="No agent is registered">
      Agents appear here as soon as a deploy writes their rows into the table AgentRegistry of this
      environment. Then their model is switched here, without another deploy.
    </EmptyState>
  );
}

/** Why the month's costs are missing, or older than usual. */
function MonthNote({ month }: { month: UseQueryResult<UsageReport> }) {
  const { data, error, refetch, isFetching } = month;
  const reason = error ? describeError(error).detail : data?.stale_because;
  return (
    <RetryNote
      className="mb-3"
      title={
        data ? "The month's costs are older than usual." : "The month's costs could not be read."
      }
      onRetry={() => refetch()}
      retrying={isFetching}
    >
      {reason}
    </RetryNote>
  );
}

type Props = { rows: readonly AgentRow[]; state: AgentsState; setState: SetAgentsState };

/** Search and filters; they offer what the rows hold. */
function AgentsBar({ rows, state, setState }: Props) {
  const statuses = distinct(
    rows.map(({ agent }) => agent.status ?? notSet),
    state.status,
  );
  const providers = distinct(
    rows.map(({ providerId }) => providerId),
    state.provider,
  );
  return (
    <search className="mb-3 flex flex-wrap items-center gap-2">
      <SearchInput
        aria-label="Search agents"
        placeholder="Search name, model or provider"
        className="w-64 max-sm:w-full"
        value={state.q}
        onChange={(event) => setState({ q: event.target.value || null })}
      />
      <Select
        aria-label="Status"
        className="w-36 max-sm:flex-1"
        value={state.status}
        onChange={(event) => setState({ status: event.target.value || null })}
        options={[
          { value: "", label: "Any status" },
          ...statuses.map((status) => ({ value: status, label: status })),
        ]}
      />
      <Select
        aria-label="Provider"
        className="w-44 max-sm:flex-1"
        value={state.provider}
        onChange={(event) => setState({ provider: event.target.value || null })}
        options={[
          { value: "", label: "Any provider" },
          ...providers.map((id) => ({ value: id, label: formatProviderName(id) })),
        ]}
      />
    </search>
  );
}

/** The values that occur, and the one in the URL. */
function distinct(values: readonly string[], selected: string): string[] {
  return [...new Set([...values, selected])].filter(Boolean).sort();
}

const sortable: readonly string[] = [
  "agent",
  "version",
  "status",
  "provider",
  "model",
  "tools",
  "flags",
  "last-run",
  "failed",
  "month",
];

const parsers = {
  q: parseAsString.withDefault(""),
  status: parseAsString.withDefault(""),
  provider: parseAsString.withDefault(""),
  sort: parseAsSort(sortable),
};

/** The state of the list of agents in the URL. */
function useAgentsState() {
  return useUrlState(parsers);
}

type AgentsState = ReturnType<typeof useAgentsState>[0];
type SetAgentsState = ReturnType<typeof useAgentsState>[1];
