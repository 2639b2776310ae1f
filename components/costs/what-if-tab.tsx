"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsArrayOf, parseAsString } from "nuqs/server";
import { useMemo } from "react";
import { PriceOriginText } from "@/components/prices/price-origin-text";
import { formatPricePair } from "@/components/prices/price-pair";
import { Field } from "@/components/ui/form/field";
import { Select } from "@/components/ui/form/select";
import { joinQueries, QueryBoundary } from "@/components/ui/query-boundary";
import { DataTable } from "@/components/ui/table/data-table";
import { parseAsSort } from "@/components/ui/table/sort-state";
import type { TableSort } from "@/components/ui/table/table-columns";
import { EmptyState } from "@/components/ui/text/empty-state";
import { Note } from "@/components/ui/text/note";
import { useUrlState } from "@/components/ui/url-state";
import { notCovered } from "@/lib/costs/rules/not-covered";
import { sumOf, type WhatIf, whatIf } from "@/lib/costs/rules/what-if";
import type { PricedModel } from "@/lib/costs/schema";
import { formatMoney, formatProviderName, pluralize } from "@/lib/format";
import { describeDoubt, describeUnconfirmed } from "@/lib/prices/rules/price-doubts";
import { describeTooLow } from "@/lib/usage/rules/too-low-labels";
import { type UsageFigures, type UsageReport, unknownKey } from "@/lib/usage/schema";
import { PanelSkeleton } from "./costs-skeleton";
import { allAgentsParams } from "./params";
import { NoModels } from "./prices-query";
import { costQueries } from "./queries";
import { formatDifference, type WhatIfRow, whatIfColumns } from "./what-if-columns";

/** What the usage of agents would have cost on another model. */
export function WhatIfTab() {
  const usage = useQuery(costQueries.usage(allAgentsParams));
  const prices = useQuery(costQueries.prices());
  return (
    <QueryBoundary
      query={joinQueries({ usage, prices })}
      skeleton={<PanelSkeleton />}
      errorTitle={
        usage.error && !usage.data ? "The usage could not be read" : "The prices could not be read"
      }
      empty={(data) => data.prices.models.length === 0 && <NoModels />}
    >
      {(data) => <Agents report={data.usage} models={data.prices.models} />}
    </QueryBoundary>
  );
}

type Props = { report: UsageReport; models: readonly PricedModel[] };

function Agents({ report, models }: Props) {
  const [state, setState] = useWhatIfState();
  const model = models.find(({ pk }) => pk === state.model) ?? null;
  const rows = useMemo(() => rowsOf(report, model), [report, model]);
  const ids = useMemo(
    () => new Set(state.agents ?? rows.map(({ key }) => key)),
    [state.agents, rows],
  );
  const chosen = rows.filter(({ key }) => ids.has(key));
  const used = sumOf(chosen);
  if (rows.length === 0) return <NoUsage />;

  function choose(keys: ReadonlySet<string>) {
    setState({ agents: keys.size === rows.length ? null : [...keys] });
  }

  return (
    <>
      {report.stale_because && (
        <Note tone="warn" live title="These figures are older than usual." className="mb-3">
          {report.stale_because}
        </Note>
      )}
      <OtherModel models={models} model={model} onChange={(pk) => setState({ model: pk })} />
      {model && (
        <WhatIfResult
          result={whatIf(used, model)}
          doubts={doubtsOf(used)}
          agents={chosen.length}
          model={model}
        />
      )}
      <DataTable
        label="Agents"
        rows={rows}
        columns={whatIfColumns}
        cardHeight={60}
        rowId={({ key }) => key}
        rowHeight={37}
        selection={{ ids, onChange: choose, nameOf: ({ name }) => name }}
        sort={state.agents_sort}
        onSortChange={(sort) => setState({ agents_sort: sort })}
      />
      <Basis model={model} />
    </>
  );
}

/** What the spend leaves out, and how much of it isn't at the models' own prices. */
function doubtsOf(used: UsageFigures): string | undefined {
  const unconfirmed = describeUnconfirmed(used).map((part) => `${part}.`);
  return [describeTooLow(used.too_low), ...unconfirmed].filter(Boolean).join(" ") || undefined;
}

/** Leaves out usage whose metric names no agent. */
function rowsOf(report: UsageReport, model: PricedModel | null): WhatIfRow[] {
  return report.groups
    .filter(({ key }) => key !== unknownKey)
    .map((group) => ({ ...group, other: model && whatIf(group, model) }));
}

type OtherModelProps = {
  models: readonly PricedModel[];
  model: PricedModel | null;
  onChange: (pk: string) => void;
};

function OtherModel({ models, model, onChange }: OtherModelProps) {
  return (
    <Field
      label="The other model"
      hint="Tick the agents below that would move to it"
      className="mb-3 max-w-120"
    >
      {(control) => (
        <Select
          {...control}
          value={model?.pk ?? ""}
          placeholder="Choose a model"
          options={optionsOf(models)}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  );
}

function optionsOf(models: readonly PricedModel[]) {
  return models
    .filter(({ is_active }) => is_active)
    .map((model) => ({
      value: model.pk,
      label: model.display_name,
      group: formatProviderName(model.provider_id),
      description: formatPricePair(model),
    }));
}

function Basis({ model }: { model: PricedModel | null }) {
  return (
    <ul aria-label="What these figures rest on" className="mt-3 list-disc pl-4 text-sm text-ink-3">
      <li>
        The tokens of the last 30 days. What was spent is at the prices in force then; the other
        model at its prices now. Versions of an agent are counted together.
      </li>
      <li>
        Agents report no cached tokens, so that all input is counted at the input price, and another
        model may need more or fewer tokens for the same text.
      </li>
      <li>{notCovered}</li>
      {model && (
        <li>
          {model.display_name}: <PriceOriginText pk={model.pk} name="input_price" />
        </li>
      )}
      {model && model.long_context.length > 0 && (
        <li>
          {model.display_name} charges more for very long calls. How long each call was is not
          reported: it is counted at its base price.
        </li>
      )}
    </ul>
  );
}

function NoUsage() {
  return (
    <div className="rounded-lg border border-line bg-panel">
      <EmptyState title="No agent has used tokens in the last 30 days">
        Each invocation of an agent writes its tokens to CloudWatch. They appear here within
        seconds; until then the calculator answers what a workload would cost.
      </EmptyState>
    </div>
  );
}

const byTokens: TableSort = { id: "spent", desc: true };
const parsers = {
  /** Names of agents; null for all. */
  agents: parseAsArrayOf(parseAsString),
  /** The pk of the other model. */
  model: parseAsString,
  agents_sort: parseAsSort().withDefault(byTokens),
};

function useWhatIfState() {
  return useUrlState(parsers);
}

type WhatIfResultProps = {
  result: WhatIf;
  agents: number;
  /** The other model. */
  model: PricedModel;
  /** Doubts about the actual spend. */
  doubts: string | undefined;
};

/** The chosen agents together: actual cost and cost on the other model. */
function WhatIfResult({ result, agents, model, doubts }: WhatIfResultProps) {
  const { spent_usd, spent_is_part, then_usd, difference_usd } = result;
  const who = pluralize(agents, "agent");
  return (
    <dl
      aria-live="polite"
      className="mb-3 grid grid-cols-3 gap-px overflow-hidden rounded-lg border border-line bg-line max-sm:grid-cols-1"
    >
      <Figure
        name={`Spent in 30 days, ${who}`}
        value={
          spent_usd === null
            ? "not priced"
            : `${spent_is_part ? "at least " : ""}${formatMoney(spent_usd)}`
        }
        note={doubts}
      />
      <Figure
        name={`On ${model.display_name}`}
        value={then_usd === null ? "not priced" : formatMoney(then_usd)}
        note={
          then_usd === null
            ? "A price that these tokens need is not known"
            : (describeDoubt(model) ?? undefined)
        }
      />
      <Figure
        name="Difference"
        value={formatDifference(result)}
        note={difference_usd === null ? "Only what is priced in full can be compared" : undefined}
      />
    </dl>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note?: string | undefined }) {
  return (
    <div className="bg-panel px-4 py-3">
      <dt className="text-sm text-ink-3 wrap-anywhere">{name}</dt>
      <dd className="text-xl font-semibold tracking-[-0.012em]">{value}</dd>
      {note && <dd className="text-sm text-ink-3">{note}</dd>}
    </div>
  );
}
