"use client";

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { parseAsBoolean, parseAsString } from "nuqs/server";
import { type ReactNode, useMemo, useState } from "react";
import { agentQueries } from "@/components/agents/queries";
import { providerChoices } from "@/components/agents/switch/model-choice";
import { useAgentSwitch } from "@/components/agents/switch/use-agent-switch";
import { providerQueries } from "@/components/keys/queries";
import { modelQueries } from "@/components/models/queries";
import { PageHeader } from "@/components/shell/page-header";
import { FilterBar } from "@/components/ui/filter-bar";
import { Button } from "@/components/ui/form/button";
import { Checkbox } from "@/components/ui/form/checkbox";
import { SearchInput } from "@/components/ui/form/search-input";
import { Select } from "@/components/ui/form/select";
import { lazyPart } from "@/components/ui/lazy-part";
import { joinQueries, QueryBoundary } from "@/components/ui/query-boundary";
import { type ColumnChoice, useColumnChoice } from "@/components/ui/table/column-choice";
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
// Keeps its space while loading, so that the layout doesn't shift.
const BulkSwitch = lazyPart(
  async () => (await dialogs()).BulkSwitch,
  <span className="h-7.5 w-52" />,
);

/** Refetch intervals of the columns about runs, and of data that others change. */
const runsEveryMs = 10_000;
const rowsEveryMs = 30_000;

const rowName = ({ id }: AgentRow) => id;

type ViewProps = { canWrite: boolean; columnChoice: ColumnChoice };

/** All agents and what they run on. */
export function AgentsView({ canWrite, columnChoice }: ViewProps) {
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
            columnChoice={columnChoice}
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
  columnChoice: ColumnChoice;
};

function Agents({ agents, models, providers, mapped, canWrite, columnChoice }: AgentsProps) {
  const { columns, menu } = useColumnChoice(agentColumns, columnChoice);
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
      {rows.length > 0 && (
        <AgentsBar rows={rows} state={state} setState={setState} columnMenu={menu} />
      )}
      <SwitchContext value={switching}>
        <DataTable
          label="Agents"
          rows={visible}
          columns={columns}
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
                onShowAll={() => setState({ q: null, status: null, provider: null, flagged: null })}
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
    flagged > 0 && `${flagged} need attention`,
  ];
  return parts.filter(Boolean).join(" · ");
}

function NoMatches({ of, onShowAll }: { of: number; onShowAll: () => void }) {
  return (
    <EmptyState title="No agent fits" action={<Button onClick={onShowAll}>Show all agents</Button>}>
      None of {pluralize(of, "agent")} fits.
    </EmptyState>
  );
}

function NoAgents() {
  return (
    <EmptyState title="No agent is registered">
      Agents appear here once a deploy writes their rows into this environment's AgentRegistry. Then
      you can switch their models here.
    </EmptyState>
  );
}

/** Why the month's costs are missing or older than usual. */
function MonthNote({ month }: { month: UseQueryResult<UsageReport> }) {
  const { data, error, refetch, isFetching } = month;
  const reason = error ? describeError(error).detail : data?.stale_because;
  return (
    <RetryNote
      className="mb-3"
      title="The month's costs could not be read."
      onRetry={() => refetch()}
      retrying={isFetching}
    >
      {reason}
    </RetryNote>
  );
}

type Props = {
  rows: readonly AgentRow[];
  state: AgentsState;
  setState: SetAgentsState;
  columnMenu: ReactNode;
};

/** Search and filters, with the values that occur in the rows. */
function AgentsBar({ rows, state, setState, columnMenu }: Props) {
  const statuses = distinct(
    rows.map(({ agent }) => agent.status ?? notSet),
    state.status,
  );
  const providers = distinct(
    rows.map(({ providerId }) => providerId),
    state.provider,
  );
  return (
    <FilterBar
      search={
        <SearchInput
          aria-label="Search agents"
          placeholder="Search agents"
          value={state.q}
          onChange={(event) => setState({ q: event.target.value || null })}
        />
      }
      count={Number(state.flagged) + Number(state.status !== "") + Number(state.provider !== "")}
      end={columnMenu}
    >
      <Checkbox
        label="Needs attention"
        checked={state.flagged}
        onChange={({ target }) => setState({ flagged: target.checked || null })}
      />
      <Select
        aria-label="Status"
        className="w-32"
        value={state.status}
        onChange={(event) => setState({ status: event.target.value || null })}
        options={[
          { value: "", label: "Any status" },
          ...statuses.map((status) => ({ value: status, label: status })),
        ]}
      />
      <Select
        aria-label="Provider"
        className="w-40"
        value={state.provider}
        onChange={(event) => setState({ provider: event.target.value || null })}
        options={[
          { value: "", label: "Any provider" },
          ...providers.map((id) => ({ value: id, label: formatProviderName(id) })),
        ]}
      />
    </FilterBar>
  );
}

/** The values that occur, and the selected one from the URL. */
function distinct(values: readonly string[], selected: string): string[] {
  return [...new Set([...values, selected])].filter(Boolean).sort();
}

const sortable = agentColumns.map(({ id }) => id);

const parsers = {
  q: parseAsString.withDefault(""),
  status: parseAsString.withDefault(""),
  provider: parseAsString.withDefault(""),
  flagged: parseAsBoolean.withDefault(false),
  sort: parseAsSort(sortable),
};

/** The state of the list of agents in the URL. */
function useAgentsState() {
  return useUrlState(parsers);
}

type AgentsState = ReturnType<typeof useAgentsState>[0];
type SetAgentsState = ReturnType<typeof useAgentsState>[1];
