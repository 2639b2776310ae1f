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
import { formatProviderName, formatTokensShort, pluralize } from "@/lib/format";
import { usageGroupings } from "@/lib/usage/rules/groupings";
import type { UsageReport } from "@/lib/usage/schema";
import { CostsSkeleton } from "./costs-skeleton";
import { GroupTable, groupingLabels } from "./group-table";
import { type CostsParams, formatRange, ranges } from "./params";
import { costQueries, toSearchParams } from "./queries";
import { Totals } from "./totals";

const UsageChart = lazyPart(
  () => import("./usage-chart").then((file) => file.UsageChart),
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
          options={usageGroupings.map((value) => ({ value, label: groupingLabels[value].one }))}
          onChange={(value) => setParams({ group_by: value })}
        />
      ) : (
        <Button size="sm" onClick={() => setParams({ within: null }, { history: "push" })}>
          Back to all {groupingLabels[group_by].many}
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
      <NotKnown report={report} />
      <OtherEnvironments environments={report.other_environments} />
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

function NotKnown({ report: { total } }: { report: UsageReport }) {
  const { unpriced_tokens, assumed_tokens, derived_tokens, unregistered_tokens } = total;
  return (
    <ul
      aria-label="What these figures do not know"
      className="mt-3 list-disc pl-4 text-sm text-ink-3"
    >
      <li>
        Agents report input and output tokens only. Cached and reasoning tokens are not told apart:
        each token is counted once, at the input or output price.
      </li>
      <li>Periods are in UTC, and the last one is still running.</li>
      {assumed_tokens > 0 && (
        <li>
          {formatTokensShort(assumed_tokens)} tokens are from before the first recorded price of
          their model: that price is assumed for them.
        </li>
      )}
      {derived_tokens > 0 && (
        <li>
          {formatTokensShort(derived_tokens)} tokens come from metrics without a provider or model.
          They count toward the provider and model in their agent's row.
        </li>
      )}
      {unregistered_tokens > 0 && (
        <li>
          {formatTokensShort(unregistered_tokens)} tokens are of agents that aren't registered in
          this environment. They count, because nothing proves that they belong to another one.
        </li>
      )}
      {unpriced_tokens > 0 && (
        <li>
          {formatTokensShort(unpriced_tokens)} tokens have no price and are in no sum of money. Set
          the prices of their models on the Models page.
        </li>
      )}
    </ul>
  );
}

/** With more agents, only their number is shown. */
const maxNames = 3;

type OtherProps = { environments: UsageReport["other_environments"] };

function OtherEnvironments({ environments }: OtherProps) {
  if (environments.length === 0) return null;
  return (
    <section aria-labelledby="other-environments" className="mt-6">
      <h2 id="other-environments" className="mb-1 font-semibold">
        Other environments
      </h2>
      <p className="mb-2 text-sm text-ink-3">
        Usage in this AWS account that belongs to other environments. No total, budget or check here
        includes it.
      </p>
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-panel">
        {environments.map(({ environment, input_tokens, output_tokens, agents }) => (
          <li key={environment} className="flex flex-wrap gap-x-4 gap-y-1 px-3 py-2">
            <span className="min-w-40 font-medium wrap-anywhere">{environment}</span>
            <span className="wrap-anywhere">
              {agents.length > maxNames ? pluralize(agents.length, "agent") : agents.join(", ")}
            </span>
            <span className="ml-auto text-ink-2 max-sm:ml-0">
              {formatTokensShort(input_tokens)} input, {formatTokensShort(output_tokens)} output
              tokens
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
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
