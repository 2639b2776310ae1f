"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral } from "nuqs/server";
import { Card } from "@/components/ui/card";
import { Button } from "@/components/ui/form/button";
import { buttonClass } from "@/components/ui/form/button-class";
import { Segmented } from "@/components/ui/form/segmented";
import { lazyPart } from "@/components/ui/lazy-part";
import { QueryBoundary } from "@/components/ui/query-boundary";
import { Skeleton } from "@/components/ui/skeleton";
import { describeError } from "@/components/ui/text/describe-error";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { useUrlState } from "@/components/ui/url-state";
import { addressOf } from "@/lib/addresses";
import { formatProviderName } from "@/lib/format";
import { usageGroupings } from "@/lib/usage/rules/groupings";
import type { UsageReport } from "@/lib/usage/schema";
import { CostsSkeleton } from "./costs-skeleton";
import { GroupTable, groupingLabels } from "./group-table";
import { type CostsParams, formatRange, ranges } from "./params";
import { costQueries, toSearchParams } from "./queries";
import { Totals } from "./totals";

const details = () => import("./spend-details");
const SpendNotes = lazyPart(async () => (await details()).SpendNotes);
const UsageChart = lazyPart(
  async () => (await details()).UsageChart,
  <Skeleton className="h-60" />,
);

/** Spend over time by provider, model or agent. */
export function SpendTab() {
  const [params, setParams] = useCostsState();
  const query = useQuery(costQueries.usage(params));
  const { data, isPlaceholderData } = query;
  return (
    <>
      <Choices params={params} setParams={setParams} asOf={data?.as_of} />
      <QueryBoundary
        query={query}
        skeleton={<CostsSkeleton />}
        errorTitle="The usage could not be read"
      >
        {(report) => (
          <div
            aria-busy={isPlaceholderData}
            className={isPlaceholderData ? "opacity-60" : undefined}
          >
            <Report report={report} params={params} setParams={setParams} />
          </div>
        )}
      </QueryBoundary>
    </>
  );
}

/** A link, so that the browser saves the response. */
function ExportLink({ params }: { params: CostsParams }) {
  return (
    <a
      href={addressOf("exportUsage", { query: toSearchParams(params, Date.now()) })}
      // The clocks of server and browser may be in different periods.
      suppressHydrationWarning
      className={buttonClass("secondary", "sm")}
    >
      Export CSV
    </a>
  );
}

type ChoicesProps = {
  params: CostsParams;
  setParams: SetCostsState;
  /** When CloudWatch was queried. */
  asOf: string | undefined;
};

function Choices({ params, setParams, asOf }: ChoicesProps) {
  const { range, group_by, within } = params;
  return (
    <search aria-label="Choose the figures" className="mb-3 flex flex-wrap items-center gap-2">
      <Segmented
        label="Range"
        value={range}
        options={ranges.map((value) => ({ value, label: formatRange(value) }))}
        onChange={(value) => setParams({ range: value })}
      />
      {within === null ? (
        <Segmented
          label="Group by"
          value={group_by}
          options={usageGroupings.map((value) => ({
            value,
            label: groupingLabels[value].singular,
          }))}
          onChange={(value) => setParams({ group_by: value })}
        />
      ) : (
        <Button size="sm" onClick={() => setParams({ within: null }, { history: "push" })}>
          Back to all {groupingLabels[group_by].plural}
        </Button>
      )}
      <span className="ml-auto flex items-center gap-3 max-sm:ml-0">
        {asOf && (
          <span className="text-sm text-ink-3">
            as of <RelativeTime at={asOf} />
          </span>
        )}
        <ExportLink params={params} />
      </span>
    </search>
  );
}

type ReportProps = { report: UsageReport; params: CostsParams; setParams: SetCostsState };

function Report({ report, params, setParams }: ReportProps) {
  const before = useQuery(costQueries.before(params));
  const { groups, total, stale_because } = report;
  const runs = usePerRun(params);
  const grouping = params.within === null ? params.group_by : "agent";
  const open = (within: string) => setParams({ within }, { history: "push" });
  const title =
    params.within === null
      ? `By ${grouping}`
      : `Agents behind ${formatProviderName(params.within)}`;
  const measure = total.cost_usd ? "cost" : "tokens";
  return (
    <>
      {stale_because && (
        <Note tone="warn" live title="These figures are older than usual." className="mb-3">
          {stale_because}
        </Note>
      )}
      {groups.length === 0 ? (
        <NoUsage range={params.range} onLonger={() => setParams({ range: "90d" })} />
      ) : (
        <>
          <Totals
            total={total}
            before={before.isError ? null : before.data?.total}
            span={formatRange(params.range)}
          />
          <Card
            title={measure === "cost" ? "Spend over time, USD" : "Tokens over time"}
            className="mb-3"
          >
            <UsageChart
              report={report}
              measure={measure}
              label={measure === "cost" ? "Spend by period, USD" : "Tokens by period"}
              onOpen={grouping === "agent" ? undefined : open}
            />
          </Card>
          <h2 className="mb-2 font-semibold wrap-anywhere">{title}</h2>
          <GroupTable
            label={title}
            groups={groups}
            total={total}
            grouping={grouping}
            perRun={runs.byKey}
            onOpen={open}
          />
          {runs.note && <p className="mt-2 text-sm text-ink-3">{runs.note}</p>}
        </>
      )}
      <SpendNotes report={report} />
    </>
  );
}

/** The cost per run of agents or models; for a group's agents, only across all their models. */
function usePerRun({ range, group_by, within }: CostsParams) {
  const isShown = group_by !== "provider" && within === null;
  const { data, error } = useQuery({ ...costQueries.perRun(range), enabled: isShown });
  if (!isShown) return { byKey: undefined, note: null };
  const list = group_by === "agent" ? data?.agents : data?.models;
  const why = data?.unread ?? (error ? describeError(error).detail : null);
  const rule =
    group_by === "model"
      ? "Cost per run counts periods in which an agent used one model only."
      : "Cost per run is not known for agents that share a state machine.";
  return {
    byKey: new Map(list?.map((entry) => [entry.key, entry])),
    note: why === null ? rule : `Cost per run: ${why}`,
  };
}

function NoUsage({ range, onLonger }: { range: CostsParams["range"]; onLonger: () => void }) {
  return (
    <div className="rounded-lg border border-line bg-panel">
      <EmptyState
        title={`No usage seen in the last ${formatRange(range)}`}
        action={range === "90d" ? undefined : <Button onClick={onLonger}>Look at 90 days</Button>}
      >
        Each invocation of an agent writes InputTokens and OutputTokens to the CloudWatch namespace
        AI-Agents, by agent, provider and model. They appear here within seconds.
      </EmptyState>
    </div>
  );
}

const parsers = {
  range: parseAsStringLiteral(ranges).withDefault("30d"),
  group_by: parseAsStringLiteral(usageGroupings).withDefault("provider"),
  within: parseAsString,
};

function useCostsState() {
  return useUrlState(parsers);
}

type SetCostsState = ReturnType<typeof useCostsState>[1];
